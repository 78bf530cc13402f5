"""Addresses of records: ours to make, never a stranger's to choose."""

from __future__ import annotations

import pytest

from console.config import SourceConfig
from console.model import Customer, Identity
from console.show.links import Link, copied, links_of


def customer(*identities: tuple[str, str, str]) -> Customer:
    known = tuple(Identity(*one) for one in identities)  # type: ignore[arg-type]
    return Customer(1, "Ada", "ada@x.se", identities=known)


def source(kind: str, url: str | None) -> SourceConfig:
    return SourceConfig(kind, kind, settings={"web_url": url} if url else {})


def test_one_line_for_each_system_whose_address_is_known() -> None:
    who = customer(
        ("stripe", "source_id", "cus_1"), ("zendesk", "source_id", "42"),
        ("shopify", "source_id", "7"), ("stripe", "email", "ada@x.se"),
        ("segment", "anonymous_id", "d"),
    )  # fmt: skip
    sources = {"zendesk": source("zendesk", "https://acme.zendesk.com/")}
    assert links_of(who, sources) == (
        Link("stripe", "https://dashboard.stripe.com/customers/cus_1"),
        Link("zendesk", "https://acme.zendesk.com/agent/users/42"),
    )


def test_ids_of_strangers_stay_within_the_address() -> None:
    (link,) = links_of(customer(("stripe", "source_id", "../x?y=\x1b]8;;")), {})
    assert link.url == "https://dashboard.stripe.com/customers/..%2Fx%3Fy%3D%1B%5D8%3B%3B"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc", "ssh://-oProxyCommand=x", "https://", "http://["]
)
def test_only_web_addresses(url: str) -> None:
    who = customer(("zendesk", "source_id", "42"))
    assert links_of(who, {"zendesk": source("zendesk", url)}) == ()


def test_hosts_are_shown_as_they_are_looked_up() -> None:
    who = customer(("zendesk", "source_id", "42"))
    (link,) = links_of(who, {"zendesk": source("zendesk", "https://аcme.zendesk.com")})
    assert link.url == "https://xn--cme-5cd.zendesk.com/agent/users/42"


def test_what_was_copied_and_that_it_can_be_selected_fit_the_narrowest_list() -> None:
    said = f" ✓ {copied('ruthanne@two-ovens.example')}"
    assert len(said) <= 80
    assert said.endswith("select it here")
