r"""Split a bloc's account into its members: goods released in one member circulate freely.

The bloc's balanced account stays as it is, to the tonne; each of its rows is shared out among the
members as far as a table allows, and the rest stays with the bloc as a node of its own:

- output: what a table prints for the members, never scaled up, where one process of the chain is
  what the table counts and the two totals are not apart by more than a factor of `APART`
- imports and exports with countries outside: by the members' imports and exports of the material's
  customs codes, in value, with each partner where it is recorded
- use: by the members' net imports of the code in value, if above zero; where a stage has no code of
  its own, by rough sizes of their industries (both on assumption cards)

Trade without a customs code and output that no table prints stay with the bloc: nobody is named for
them. Shares of a basket code rest on the card. What a member, or the rest, has too much of goes
to those that lack it, in proportion:

$$x_{ij} = \frac{s_i \, d_j}{\sum_k d_k}, \qquad \sum_i s_i = \sum_j d_j$$

with $s$ surpluses and $d$ deficits (t/month), so trade inside the bloc is net and every node
balances.
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

CARD, INDUSTRY = "member-split", "member-industry"
"""The assumption cards of rows that no table of members gives."""

SMALLEST = 0.002
"""Members with a smaller share of a row are left out of it; the rest of the bloc has it."""

APART = 1.5
"""Printed output is used where it is at most so many times the bloc's row."""

ROUNDING = 1e-9

_MINED = ("mine", "concentrate")
_REFINED = ("smelter", "refined", "metal", "separated")

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Key:
    """Shares of members in a row, up to 1 in all, and what they rest on."""

    shares: Shares
    source: str
    note: str
    card: str = CARD


def split_bloc(
    chain: Chain, accounts: Accounts, bundle: Bundle, bloc: str, weights: Mapping[str, float | None]
) -> Accounts:
    """Return a chain's balanced account with the rows of one bloc shared out among its members.

    `weights` has the members, with the rough size of their industries or None where it is not
    known. What nothing shares out stays with the bloc, which then stands for members unknown.
    Members that are nodes already are left as they are. Rows of members have the source of their
    shares in `source`, or an assumption card. Grades stay: a split is no better known than what it
    splits. An account without the bloc is returned as it is.
    """
    rows = accounts.entries.filter(pl.col("balanced") > 0.0).to_dicts()
    if not any(bloc in (row["region"], row["partner"]) for row in rows):
        return accounts
    alone = {row[side] for row in rows for side in ("region", "partner")}
    members = tuple(member for member in weights if member not in alone)
    sizes = {member: weights[member] or 0.0 for member in members}
    keys = _Keys.of(chain, bundle, members, sizes)
    schema = {name: kind for name, kind in accounts.entries.schema.items() if name != "entry"}
    split = [part for row in rows for part in _parts(row, bloc, keys)]
    entries = pl.DataFrame(split, schema=schema)
    inside = _inside(chain, entries, (*members, bloc))
    text = [name for name, kind in schema.items() if kind == pl.String]
    whole = pl.concat([entries, inside], how="diagonal").with_columns(pl.col(text).fill_null(""))
    return replace(accounts, entries=whole.with_row_index("entry").select(accounts.entries.columns))


def _parts(row: dict[str, Any], bloc: str, keys: _Keys) -> Iterator[dict[str, Any]]:
    here = bloc == row["region"]
    if not here and bloc != row["partner"]:
        yield row
        return
    key = keys.of_row(row, outgoing=here)
    rest = max(0.0, 1.0 - sum(key.shares.values()))
    if rest > ROUNDING:
        yield {**row, "tonnes": row["tonnes"] * rest, "balanced": row["balanced"] * rest}
    for member, share in key.shares.items():
        place = {"region": member} if here else {"partner": member}
        yield {
            **row,
            **place,
            "tonnes": row["tonnes"] * share,
            "balanced": row["balanced"] * share,
            "source": key.source,
            "card": row["card"] if key.source else key.card,
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

    `trade` has material, exporter, importer, kusd, source and basket of the window's years, `made`
    process, country, quantity (t/month) and source.
    """

    chain: Chain
    members: tuple[str, ...]
    sizes: Mapping[str, float]
    trade: pl.DataFrame
    made: pl.DataFrame

    @staticmethod
    def of(
        chain: Chain, bundle: Bundle, members: tuple[str, ...], sizes: Mapping[str, float]
    ) -> _Keys:
        """Read the window's trade and output from the tables."""
        first, last = (
            int(str(month)[:4])
            for month in (chain.text.calibration.first, chain.text.calibration.last)
        )
        table = bundle.table("trade")
        years = table["year"].filter(table["year"].is_between(first, last)).unique()
        last_known = int(table["year"].max() or last)  # pyright: ignore[reportArgumentType]
        within = pl.col("year").is_in(years.to_list() or [min(last, last_known)])
        trade = (
            _codes(chain, bundle)
            .join(table.filter(within), on=["nomenclature", "code"], how="inner")
            .group_by("material", "exporter", "importer")
            .agg(pl.col("kusd").sum(), pl.col("source").min(), pl.col("basket").max())
        )
        return _Keys(chain, members, sizes, trade, _made(chain, bundle, members, first, last))

    def of_row(self, row: dict[str, Any], *, outgoing: bool) -> _Key:
        """Return the shares of the members in one row of the bloc."""
        if row["kind"] == "production":
            return self._output(row["process"], row["balanced"])
        if row["kind"] == "use":
            return self._use(row["material"])
        side, other = ("exporter", "importer") if outgoing else ("importer", "exporter")
        partner = row["partner"] if outgoing else row["region"]
        own = self._value(row["material"], side, pl.col(other) == partner)
        word = "exports to" if outgoing else "imports from"
        note = f"shares of {word} {partner}, value"
        if not own:
            own = self._value(row["material"], side, ~pl.col(other).is_in(self.members))
            note = f"shares of {word} countries outside, value"
        source, basket = self._origin(row["material"])
        return _Key(own, "" if basket else source, note + (", basket code" if basket else ""))

    def _origin(self, material: str) -> tuple[str, bool]:
        """Return the source of a material's trade and whether its code holds other goods too."""
        held = self.trade.filter(pl.col("material") == material)
        return str(held["source"].min() or ""), "yes" in held["basket"]

    def _value(self, material: str, side: str, condition: pl.Expr) -> Shares:
        held = self.trade.filter(
            pl.col("material") == material, pl.col(side).is_in(self.members), condition
        )
        return _shares(dict(held.group_by(side).agg(pl.col("kusd").sum()).iter_rows()))

    def _output(self, process: str, tonnes: float) -> _Key:
        printed = self.made.filter(pl.col("process") == process)
        total = float(printed["quantity"].sum())
        if not 0.0 < total <= APART * tonnes:
            return _Key({}, "", "no printed output of members")
        whole = max(total, tonnes)
        shares = {name: t / whole for name, t in printed.select("country", "quantity").iter_rows()}
        return _Key(shares, str(printed["source"][0]), "printed output, window mean")

    def _use(self, material: str) -> _Key:
        held = self.trade.filter(pl.col("material") == material)
        if held.is_empty() or self._origin(material)[1]:
            return _Key(_shares(self.sizes), "", "rough sizes of industries", INDUSTRY)
        bought = dict(held.group_by("importer").agg(pl.col("kusd").sum()).iter_rows())
        sold = dict(held.group_by("exporter").agg(pl.col("kusd").sum()).iter_rows())
        kept = {m: bought.get(m, 0.0) - sold.get(m, 0.0) for m in self.members}
        shares = _shares({member: value for member, value in kept.items() if value > 0.0})
        return _Key(shares, "", "shares of net imports, value, own output left out")


def _codes(chain: Chain, bundle: Bundle) -> pl.DataFrame:
    """Return material, nomenclature, code and basket of every line that the tables hold."""
    listed = bundle.table("concordance").filter(pl.col("bilateral") != "")
    rows = {
        (item.material, *place.split(":", 1), basket)
        for item in chain.text.materials
        for codes, places, basket in listed.select("hs2022", "bilateral", "basket").iter_rows()
        if set(item.hs) & set(codes.split("|"))
        for place in places.split("|")
    }
    columns = ["material", "nomenclature", "code", "basket"]
    return pl.DataFrame(sorted(rows), orient="row", schema=dict.fromkeys(columns, pl.String))


def _made(
    chain: Chain, bundle: Bundle, members: tuple[str, ...], first: int, last: int
) -> pl.DataFrame:
    """Return the printed output of members by process (t/month, mean of the window's years)."""
    stages = {item.material: item.stage for item in chain.text.materials}
    counted = {
        one.process: "mine" if stages[next(iter(one.outputs))] in _MINED else "refined"
        for one in chain.text.processes
        if stages[next(iter(one.outputs))] in (*_MINED, *_REFINED)
    }
    table = bundle.table("production").filter(
        pl.col("mineral") == _printed_as(chain.text.mineral, bundle),
        pl.col("preferred") == "1",
        pl.col("country").is_in(members),
        pl.col("year").is_between(first, last),
        pl.col("quantity") > 0.0,
        pl.col("unit") == "t",
    )
    rows: list[dict[str, Any]] = []
    for process, kind in counted.items():
        if list(counted.values()).count(kind) > 1:
            continue
        stage = "mine" if kind == "mine" else _widest(table)
        sums = (
            table.filter(pl.col("stage") == stage)
            .group_by("country")
            .agg(pl.col("quantity").mean() / 12.0, pl.col("source").first())
        )
        rows += [{"process": process, **row} for row in sums.sort("country").to_dicts()]
    schema = {
        "process": pl.String,
        "country": pl.String,
        "quantity": pl.Float64,
        "source": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)


def _printed_as(mineral: str, bundle: Bundle) -> str:
    """Return the name under which output is printed: the mineral's own or its only form's."""
    printed = set(bundle.table("production")["mineral"])
    forms = [name for name in printed if name.startswith(f"{mineral}_")]
    return mineral if mineral in printed or len(forms) != 1 else forms[0]


def _widest(table: pl.DataFrame) -> str:
    """Return the stage beyond the mine that the table prints, the refined one of two."""
    stages = set(table.filter(pl.col("stage") != "mine")["stage"])
    return "refined" if "refined" in stages else next(iter(stages), "refined")


def _shares(values: Mapping[str, float]) -> Shares:
    """Return shares in order of name, without the smallest."""
    total = sum(values.values())
    if total <= 0.0:
        return {}
    return {
        name: values[name] / total for name in sorted(values) if values[name] >= SMALLEST * total
    }
