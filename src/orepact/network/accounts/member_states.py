r"""Split a bloc's account into its members: goods released in one member circulate freely.

The bloc's balanced account stays as it is, to the tonne; each of its rows is shared out among the
members by what a table prints, else by a card:

- output by the printed output of the members, else by what they export of it
- imports and exports with countries outside by the members' imports and exports of the material's
  customs codes, in value, with each partner where it is recorded
- use by the members' apparent use: imports less exports, within the bloc too, plus output, if above
  zero

What a member then has too much of goes to the members that lack it, in proportion:

$$x_{ij} = \frac{s_i \, d_j}{\sum_k d_k}, \qquad \sum_i s_i = \sum_j d_j$$

with $s$ surpluses and $d$ deficits (t/month), so trade inside the bloc is net and every member
balances. A code that no table holds is shared out like the chain's other codes together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.network.accounts.balance import Accounts, terms_of
from orepact.network.chains.chain import Chain

__all__ = ["CARD", "split_bloc"]

CARD = "member-split"
"""The assumption card of rows that no table of members gives."""

SMALLEST = 0.002
"""Members with a smaller share of a row are left out of it, and the others make up for them."""

_MINED = ("mine", "concentrate")

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Key:
    """Shares of members in a row, and what they rest on."""

    shares: Shares
    source: str
    note: str


def split_bloc(chain: Chain, accounts: Accounts, bundle: Bundle, bloc: str) -> Accounts:
    """Return a chain's balanced account with the rows of one bloc shared out among its members.

    Rows of members have the source of their shares in `source`, or the card ``member-split``.
    Grades stay: a split is no better known than what it splits. An account without the bloc is
    returned as it is.
    """
    members = _members(bundle, bloc)
    rows = accounts.entries.filter(pl.col("balanced") > 0.0).to_dicts()
    if not any(bloc in (row["region"], row["partner"]) for row in rows):
        return accounts
    keys = _Keys.of(chain, bundle, members)
    schema = {name: kind for name, kind in accounts.entries.schema.items() if name != "entry"}
    split = [part for row in rows for part in _parts(row, bloc, keys)]
    entries = pl.DataFrame(split, schema=schema)
    inside = _inside(chain, entries, members)
    text = [name for name, kind in schema.items() if kind == pl.String]
    whole = pl.concat([entries, inside], how="diagonal").with_columns(pl.col(text).fill_null(""))
    return replace(accounts, entries=whole.with_row_index("entry").select(accounts.entries.columns))


def _members(bundle: Bundle, bloc: str) -> tuple[str, ...]:
    column = {"EU27": "eu27"}[bloc]
    return tuple(bundle.table("countries").filter(pl.col(column) == "yes")["iso3"])


def _parts(row: dict[str, Any], bloc: str, keys: _Keys) -> Iterator[dict[str, Any]]:
    here = bloc == row["region"]
    if not here and bloc != row["partner"]:
        yield row
        return
    key = keys.of_row(row, outgoing=here)
    for member, share in key.shares.items():
        place = {"region": member} if here else {"partner": member}
        yield {
            **row,
            **place,
            "tonnes": row["tonnes"] * share,
            "balanced": row["balanced"] * share,
            "source": key.source,
            "card": row["card"] if key.source else CARD,
            "note": key.note,
        }


def _inside(chain: Chain, entries: pl.DataFrame, members: tuple[str, ...]) -> pl.DataFrame:
    """Return the net trade among members that balances each of them."""
    held = (
        terms_of(chain, entries.with_row_index("entry"))
        .join(entries.with_row_index("entry").select("entry", "balanced"), on="entry", how="left")
        .filter(pl.col("region").is_in(members))
        .group_by("material", "region")
        .agg((pl.col("coefficient") * pl.col("balanced")).sum().alias("over"))
        .sort("material", "region")
    )
    over = held.filter(pl.col("over") > 0.0)
    short = held.filter(pl.col("over") < 0.0).select(
        "material",
        pl.col("region").alias("partner"),
        (pl.col("over") / pl.col("over").sum().over("material")).alias("lacking"),
    )
    return over.join(short, on="material", how="inner", maintain_order="left_right").select(
        pl.lit("trade").alias("kind"),
        "material",
        "region",
        "partner",
        (pl.col("over") * pl.col("lacking")).alias("tonnes"),
        (pl.col("over") * pl.col("lacking")).alias("balanced"),
        pl.lit(1.0).alias("sigma"),
        pl.lit(CARD).alias("card"),
        pl.lit("net trade inside the bloc").alias("note"),
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """What the members' shares in the rows of a chain are taken from.

    `trade` has material, exporter, importer, kusd and source of the window's years, `made` process,
    country, quantity and source.
    """

    chain: Chain
    members: tuple[str, ...]
    trade: pl.DataFrame
    made: pl.DataFrame

    @staticmethod
    def of(chain: Chain, bundle: Bundle, members: tuple[str, ...]) -> _Keys:
        """Read the window's trade and output from the tables."""
        first, last = (
            int(str(month)[:4])
            for month in (chain.text.calibration.first, chain.text.calibration.last)
        )
        table = bundle.table("trade")
        years = table["year"].filter(table["year"].is_between(first, last)).unique()
        last_known = int(table["year"].max() or last)  # pyright: ignore[reportArgumentType]
        within = pl.col("year").is_in(years.to_list() or [min(last, last_known)])
        codes = _codes(chain, bundle)
        trade = (
            codes.join(table.filter(within), on=["nomenclature", "code"], how="inner")
            .group_by("material", "exporter", "importer")
            .agg(pl.col("kusd").sum(), pl.col("source").min())
        )
        return _Keys(chain, members, trade, _made(chain, bundle, members, first, last))

    def of_row(self, row: dict[str, Any], *, outgoing: bool) -> _Key:
        """Return the shares of the members in one row of the bloc."""
        if row["kind"] == "production":
            return self._output(row["process"])
        if row["kind"] == "use":
            return self._use(row["material"])
        side, other = ("exporter", "importer") if outgoing else ("importer", "exporter")
        partner = row["partner"] if outgoing else row["region"]
        own = self._value(row["material"], side, pl.col(other) == partner)
        word = "exports to" if outgoing else "imports from"
        if own:
            return _Key(own, self._source(row["material"]), f"shares of {word} {partner}, value")
        return self._traded(row["material"], side)

    def _source(self, material: str) -> str:
        return str(self.trade.filter(pl.col("material") == material)["source"].min() or "")

    def _traded(self, material: str, side: str) -> _Key:
        outside = ~pl.col("importer" if side == "exporter" else "exporter").is_in(self.members)
        own = self._value(material, side, outside)
        if own:
            note = "shares of trade with countries outside, value"
            return _Key(own, self._source(material), note)
        return _Key(self._all(side), "", "no customs code: shares of the chain's other codes")

    def _value(self, material: str | None, side: str, condition: pl.Expr) -> Shares:
        held = self.trade.filter(pl.col(side).is_in(self.members), condition)
        if material is not None:
            held = held.filter(pl.col("material") == material)
        return _shares(dict(held.group_by(side).agg(pl.col("kusd").sum()).iter_rows()))

    def _all(self, side: str) -> Shares:
        return self._value(None, side, pl.lit(value=True)) or _even(self.members)

    def _output(self, process: str) -> _Key:
        printed = self.made.filter(pl.col("process") == process)
        if not printed.is_empty():
            shares = _shares(dict(printed.select("country", "quantity").iter_rows()))
            return _Key(shares, str(printed["source"][0]), "shares of printed output")
        recipe = next(one for one in self.chain.text.processes if one.process == process)
        output = next(iter(recipe.outputs))
        sold = self._value(output, "exporter", pl.lit(value=True))
        if sold:
            return _Key(sold, "", "no printed output: shares of exports of the product, value")
        return _Key(self._all("exporter"), "", "no printed output: shares of the chain's exports")

    def _use(self, material: str) -> _Key:
        held = self.trade.filter(pl.col("material") == material)
        bought = dict(held.group_by("importer").agg(pl.col("kusd").sum()).iter_rows())
        sold = dict(held.group_by("exporter").agg(pl.col("kusd").sum()).iter_rows())
        kept = {m: bought.get(m, 0.0) - sold.get(m, 0.0) for m in self.members}
        shares = _shares({member: value for member, value in kept.items() if value > 0.0})
        if shares:
            return _Key(shares, "", "shares of net imports, value, output left out")
        return _Key(self._all("importer"), "", "no customs code: shares of the chain's imports")


def _codes(chain: Chain, bundle: Bundle) -> pl.DataFrame:
    """Return material, nomenclature and code of every line that the tables hold."""
    listed = bundle.table("concordance").filter(pl.col("bilateral") != "")
    rows = {
        (item.material, *place.split(":", 1))
        for item in chain.text.materials
        for codes, places in listed.select("hs2022", "bilateral").iter_rows()
        if set(item.hs) & set(codes.split("|"))
        for place in places.split("|")
    }
    return pl.DataFrame(
        sorted(rows), orient="row", schema=["material", "nomenclature", "code"]
    ).cast(pl.String)


def _made(
    chain: Chain, bundle: Bundle, members: tuple[str, ...], first: int, last: int
) -> pl.DataFrame:
    stages = {item.material: item.stage for item in chain.text.materials}
    rows: list[dict[str, Any]] = []
    table = bundle.table("production").filter(
        pl.col("mineral") == chain.text.mineral,
        pl.col("preferred") == "1",
        pl.col("country").is_in(members),
        pl.col("year").is_between(first, last),
        pl.col("quantity") > 0.0,
    )
    for recipe in chain.text.processes:
        mined = stages[next(iter(recipe.outputs))] in _MINED
        if mined != (not recipe.inputs):
            continue
        stage = pl.col("stage") == "mine" if mined else pl.col("stage") != "mine"
        sums = (
            table.filter(stage)
            .group_by("country")
            .agg(pl.col("quantity").sum(), pl.col("source").first())
        )
        rows += [{"process": recipe.process, **row} for row in sums.sort("country").to_dicts()]
    schema = {
        "process": pl.String,
        "country": pl.String,
        "quantity": pl.Float64,
        "source": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)


def _shares(values: Mapping[str, float]) -> Shares:
    """Return shares in order of name, without the smallest."""
    total = sum(values.values())
    if total <= 0.0:
        return {}
    kept = {name: value for name, value in values.items() if value >= SMALLEST * total}
    whole = sum(kept.values())
    return {name: kept[name] / whole for name in sorted(kept)}


def _even(members: tuple[str, ...]) -> Shares:
    return {member: 1.0 / len(members) for member in members}
