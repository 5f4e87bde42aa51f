"""The arithmetic of price supports: settlements, options, price processes. Pure functions.

`settlement` has what is paid at a price, `options` what such a promise is worth in closed form,
`processes` how prices may move, `movement` what yearly prices show of it.
"""
