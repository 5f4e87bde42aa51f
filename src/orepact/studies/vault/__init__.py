"""A reserve that manufacturers commit to and a public loan pays for: its cash over the years.

`terms` says what is published and what is supposed, `basket` what the money buys, `events` when
markets are disrupted, `cash` follows stock and money month by month, `vault` runs the study,
`entries` turns its members into bands. Price paths come from `orepact.indicators.support`.
"""
