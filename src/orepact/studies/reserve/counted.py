"""Which stocks count towards a region's safe level of a form, and which do not, with the reason.

Art. 23 of Regulation (EU) 2024/1252 counts public stocks and those of private operators that are
known, and asks for the level of access across borders. A withheld stock counts nothing and is
named; so is a stock whose form nobody told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orepact.data.places import is_member
from orepact.indicators.reserve.publishable import PUBLIC as PUBLIC_OWNERS
from orepact.indicators.span import ZERO, Span, exact, total
from orepact.indicators.union.stock_report import Stock, StockReport
from orepact.network.stored_forms import StoredForms
from orepact.studies.reserve.holdings import Holding, Holdings

__all__ = ["Counted", "Lot", "counted_of", "lots_of_holdings", "lots_of_report"]

PUBLIC = "public"
PRIVATE = "private"
SHARED = ("EU27", "G7", "PARTNERS")
"""Groups whose members' stocks may count for the group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One stock that may count: its form, tonnes as the chain counts them, and who may have it.

    `crosses` is yes, no, not_decided or empty where nobody told. `missing` says why it has no
    tonnes.
    """

    name: str
    form: str
    owner: str
    place: str
    tonnes: float | None
    crosses: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Tonnes that count, of public and private holders, and what does not count and why.

    `unknown_public` and `unknown_private` name lots that count and do not say how much: what is
    counted is then the least that there is.
    """

    public: Span
    private: Span
    left_out: tuple[str, ...]
    unknown_public: tuple[str, ...] = ()
    unknown_private: tuple[str, ...] = ()

    @property
    def all(self) -> Span:
        """Return public and private together."""
        return self.public + self.private


def lots_of_report(
    report: StockReport, forms: StoredForms, units: dict[str, str]
) -> tuple[Lot, ...]:
    """Return the lots of a stock report; `units` are those of the chains' materials.

    A stock's tonnes of mineral are used where the chain counts contained metal; where it counts
    oxide or product, its tonnes as they lie times the form's content.
    """
    return tuple(_lot(stock, forms, units) for stock in report.stocks)


def lots_of_holdings(holdings: Holdings) -> tuple[Lot, ...]:
    """Return the lots of a file of holdings; their owners are taken as public."""
    return tuple(
        Lot(
            name=each.holding, form=each.material, owner=PUBLIC, place=each.place,
            tonnes=each.counted, crosses="yes" if each.entitled else "",
        )
        for each in holdings.holdings
    )


def counted_of(
    lots: Iterable[Lot], form: str, region: str, entitled: Iterable[str], border: Span
) -> Counted:
    """Return what counts of a form in a region.

    `entitled` names lots that the region may draw although they lie elsewhere. `border` is the
    share that counts where nobody decided whether it may cross.
    """
    drawn = set(entitled)
    public: list[Span] = []
    private: list[Span] = []
    left_out: list[str] = []
    unknown: list[Lot] = []
    for lot in lots:
        if lot.form != form:
            continue
        share, why = _share(lot, region, border, drawn)
        if why:
            left_out.append(f"{lot.name}: {why}")
        if lot.tonnes is not None:
            (public if lot.owner == PUBLIC else private).append(share.times(lot.tonnes))
        elif share.high > 0.0:
            left_out.append(f"{lot.name}: {lot.missing}")
            unknown.append(lot)
    return Counted(
        _total(public),
        _total(private),
        tuple(left_out),
        tuple(lot.name for lot in unknown if lot.owner == PUBLIC),
        tuple(lot.name for lot in unknown if lot.owner != PUBLIC),
    )


def entitled_lots(holdings: Holdings, region: str) -> tuple[str, ...]:
    """Return the holdings that a region may draw on."""
    return tuple(each.holding for each in holdings.holdings if _may_draw(each, region))


def _may_draw(lot: Holding, region: str) -> bool:
    return region in (lot.entitled or (lot.place,))


def _share(lot: Lot, region: str, border: Span, drawn: set[str]) -> tuple[Span, str]:
    if lot.name in drawn or lot.place == region:
        return exact(1.0), ""
    if not (region in SHARED and lot.place and _inside(lot.place, region)):
        return ZERO, f"lies in {lot.place or 'an unknown place'}, not in {region}"
    if lot.crosses == "yes":
        return exact(1.0), ""
    if lot.crosses == "no":
        return ZERO, f"may not leave {lot.place}"
    return border, f"not decided whether it may leave {lot.place}: {border.value:.0%} of it counts"


def _inside(place: str, region: str) -> bool:
    return is_member(place, region)


def _total(spans: Iterable[Span]) -> Span:
    listed = list(spans)
    return total(listed) if listed else ZERO


def _lot(stock: Stock, forms: StoredForms, units: dict[str, str]) -> Lot:
    told = stock.reason("tonnes")
    tonnes, missing = None, ""
    if told is not None:
        missing = f"withheld, {told.reason}"
    elif stock.tonnes is None:
        missing = "tonnes not told"
    elif units.get(stock.form, "") in {"t product", "t REO", "t B2O3", "t Y2O3", "t metal", "t"}:
        tonnes = stock.tonnes * forms.of(stock.form).content.value
    elif stock.content is not None:
        tonnes = stock.tonnes * stock.content
    else:
        missing = "content of the form not told"
    return Lot(
        name=stock.stock,
        form=stock.form,
        owner=PUBLIC if stock.owner in PUBLIC_OWNERS else PRIVATE,
        place=stock.location,
        tonnes=tonnes,
        crosses=stock.access.cross_border if stock.access else "",
        missing=missing,
    )
