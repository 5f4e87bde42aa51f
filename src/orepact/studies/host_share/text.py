"""The file of a host country's terms for a chain, format ``orepact/host-share/1``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.network.components import Process
from orepact.network.network import Network
from orepact.network.world import WORLD, World
from orepact.units import Doc

__all__ = ["FOLDER", "UNITS", "HostTerms", "Term", "files_of", "path_of", "read_host_terms"]

FOLDER = "host_share"
"""The folder of a dataset that holds the files, one per host and chain."""

Role = Literal["royalty", "export_duty", "income_tax", "state_share", "cash_cost", "depreciation",
               "local", "home_premium", "price_level"]

UNITS: Mapping[str, str] = {
    "royalty": "share of value", "export_duty": "share of value", "income_tax": "share of profit",
    "state_share": "share of equity", "cash_cost": "share of value added",
    "depreciation": "share of value added", "local": "share of cash cost",
    "home_premium": "share of cash cost", "price_level": "x base price",
}
"""The unit of each role."""

MOST: Mapping[str, float] = {"cash_cost": 3.0, "home_premium": 3.0, "price_level": 20.0}
"""Largest numbers of the roles that may go beyond 1."""

BY_PROCESS = frozenset({"cash_cost", "depreciation", "local", "home_premium"})
BY_PRODUCT = frozenset({"royalty", "export_duty"})
Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term: an assumption card with its role, of a product or of a process.

    A royalty on `product` as it is sold is charged on the value of `base` in it, on its own value
    if no base is named.
    """

    term: Annotated[Name, Doc("unique in the file")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    role: Annotated[Role, Doc("what it is in the account")]
    unit: Annotated[str, Doc("unit of the role")]
    product: Annotated[str, Doc("of a royalty or duty: what is sold")] = ""
    base: Annotated[str, Doc("of a royalty: whose value is charged; what is sold if not named")] = (
        "")
    process: Annotated[str, Doc("of a cost: the step; every step that has none of its own")] = ""
    value: Annotated[Finite, Doc("middle")]
    low: Annotated[Finite, Doc("least")]
    high: Annotated[Finite, Doc("most")]
    basis: Annotated[
        Literal["published", "computed", "partly", "supposed"],
        Doc("middle and both ends published; arithmetic; some of the three published; supposition"),
    ] = "supposed"
    reason: Annotated[str, Doc("why this range"), Field(min_length=1)]
    evidence: Annotated[str, Doc("publisher, title, edition, address")] = ""


@dataclass(frozen=True, kw_only=True)
class HostTerms:
    """A host country's terms for a chain, and the steps from the mine to the last product."""

    host: Annotated[str, Doc("ISO 3166-1 alpha-3"), Field(pattern=r"^[A-Z]{3}$")]
    chain: Annotated[str, Doc("chain of the dataset")]
    title: Annotated[str, Doc("as printed"), Field(min_length=1)]
    path: Annotated[tuple[str, ...], Doc("recipes from the mine on, in order"), Field(min_length=1)]
    projects: Annotated[tuple[str, ...], Doc("projects of the dataset in the country")] = ()
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    left_out: Annotated[tuple[str, ...], Doc("what is not counted")] = ()
    note: Annotated[str, Doc("anything else")] = ""

    def of(self, role: str, process: str = "", product: str = "") -> Term | None:
        """Return the term of a role for a process or product, else that of every one."""
        fit = [each for each in self.terms if each.role == role
               and each.process in {process, ""} and each.product in {product, ""}]
        return max(fit, key=lambda each: (each.process == process and bool(process),
                                          each.product == product and bool(product)),
                   default=None)


def files_of(world: World | None = None) -> dict[str, Path]:
    """Return the files by name, ``chain-HOST``; those that ship where a dataset has none."""
    own = (world.folder if world else WORLD) / FOLDER
    folder = own if own.is_dir() else WORLD / FOLDER
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def path_of(text: HostTerms, network: Network) -> list[Process]:
    """Return the processes of a path, the one of each recipe that makes most."""
    found: list[Process] = []
    for name in text.path:
        makers = [each for each in network.processes if each.name.split("@")[0] == name]
        found.append(max(makers, key=lambda each: each.base))
    return found


def read_host_terms(path: Path, world: World) -> HostTerms:
    """Read a file; raises `InputError` with everything that is wrong with it."""
    document = scan_yaml(path, kind="host-share")
    text, problems = examine(HostTerms, document)
    if text is not None:
        problems = [*problems, *_terms(document, text), *_places(document, text, world)]
    if problems or text is None:
        raise InputError(problems)
    return text


def _terms(document: Document, text: HostTerms) -> Iterator[Problem]:
    keys: list[tuple[str, str, str]] = []
    for number, each in enumerate(text.terms):
        at = ("terms", number)
        key = (each.role, each.process, each.product)
        if each.term in [one.term for one in text.terms[:number]]:
            yield document.problem((*at, "term"), "named twice", found=each.term, expected="one")
        if key in keys:
            yield document.problem(at, "a second term of this role",
                                   found=" ".join(part for part in key if part),
                                   expected="one per process or product")
        keys.append(key)
        for field, roles in (("process", BY_PROCESS), ("product", BY_PRODUCT)):
            if getattr(each, field) and each.role not in roles:
                yield document.problem((*at, field), f"a {each.role} has no {field}",
                                       found=getattr(each, field), expected="nothing")
        yield from _number(document, each, number)
    if text.of("income_tax") is None:
        yield document.problem(("terms",), "a term is missing", found="nothing",
                               expected="a term with role income_tax")
    for name in text.path:
        for role in ("cash_cost", "depreciation", "local"):
            if text.of(role, name) is None:
                yield document.problem(("terms",), "a term is missing", found="nothing",
                                       expected=f"a term with role {role} for {name}, or for all")


def _number(document: Document, each: Term, number: int) -> Iterator[Problem]:
    at = ("terms", number)
    most = MOST.get(each.role, 1.0)
    if each.unit != UNITS[each.role]:
        yield document.problem((*at, "unit"), "unit does not fit the role", found=each.unit,
                               expected=UNITS[each.role])
    if not each.low <= each.value <= each.high:
        yield document.problem((*at, "value"), "value outside its range",
                               found=f"{each.value:g} in {each.low:g} to {each.high:g}",
                               expected="low <= value <= high")
    if each.role == "price_level" and not each.low > 0.0:
        yield document.problem((*at, "low"), "no price", found=f"{each.low:g}",
                               expected="above 0")
    if each.low < 0.0 or each.high > most:
        yield document.problem(at, "out of bounds", found=f"{each.low:g} to {each.high:g}",
                               expected=f"0 to {most:g} {each.unit}")
    if each.basis in {"published", "partly"} and not each.evidence:
        yield document.problem((*at, "evidence"), "published by whom", found="nothing",
                               expected="publisher, title, edition, address")


def _places(document: Document, text: HostTerms, world: World) -> Iterator[Problem]:
    if text.chain not in world.chains:
        yield document.problem(("chain",), "unknown chain", found=text.chain,
                               expected="one of " + ", ".join(world.chains),
                               near=nearest(text.chain, list(world.chains)))
        return
    network = world.network(text.chain)
    known = world.bundle.table("projects")["project"].to_list()
    countries = world.bundle.table("countries")["iso3"].to_list()
    if text.host not in countries:
        yield document.problem(("host",), "unknown country", found=text.host,
                               expected="ISO 3166-1 alpha-3", near=nearest(text.host, countries))
    for number, name in enumerate(text.projects):
        if name not in known:
            yield document.problem(("projects", number), "unknown project", found=name,
                                   expected="a project of the dataset", near=nearest(name, known))
    yield from _path(document, text, network)


def _path(document: Document, text: HostTerms, network: Network) -> Iterator[Problem]:
    """Yield what is wrong with the steps, and terms of what is none of them."""
    recipes = {each.name.split("@")[0]: each for each in network.processes}
    made: str = ""
    for number, name in enumerate(text.path):
        one = recipes.get(name)
        if one is None:
            yield document.problem(("path", number), "unknown process", found=name,
                                   expected="one of " + ", ".join(recipes),
                                   near=nearest(name, list(recipes)))
            return
        if made and made not in one.inputs:
            yield document.problem(("path", number), "does not take what the step before makes",
                                   found=name, expected=f"a process that uses {made}")
        made = next(iter(one.outputs))
    products = [next(iter(recipes[name].outputs)) for name in text.path]
    for number, each in enumerate(text.terms):
        for field, allowed in (("process", list(text.path)), ("product", products),
                               ("base", products)):
            name = getattr(each, field)
            if name and name not in allowed:
                yield document.problem(("terms", number, field), f"not a {field} of the path",
                                       found=name, expected="one of " + ", ".join(allowed),
                                       near=nearest(name, allowed))
        if each.base in products and each.product in products and (
            products.index(each.base) > products.index(each.product)
        ):
            yield document.problem(("terms", number, "base"), "comes after what is sold",
                                   found=each.base, expected=f"{each.product} or a step before it")
