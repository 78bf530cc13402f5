"""Keys that act on the customer in sight, whichever pane shows them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.model import Customer
from console.panes.asking import Desk
from console.panes.pane import Say
from console.show import choices
from console.show.clean import clean
from console.show.gate import allow
from console.show.links import (
    Link,
    copied,
    link_line,
    links_foot,
    links_of,
    no_links,
    takes_links,
)
from console.widgets.chooser import Choice, Chooser


class CustomerKeys(Screen[None], inherit_bindings=False):
    """A screen with a customer in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy('email')", "Copy email", show=False, id="copy.email",
                tooltip="Copy the customer's email"),
        Binding("Y", "copy('link')", "Copy link", show=False, id="copy.link",
                tooltip="Copy a link to the customer's record in its source"),
        Binding("o", "links", "Open", show=False, id="links",
                tooltip="The addresses of the customer's records in their sources"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    @property
    def customer(self) -> Customer | None:
        """Whom a key acts on."""
        raise NotImplementedError

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now; None when it can."""
        if not action.startswith("copy") and action != "links":
            return None
        who = self.customer
        if who is None:
            return "there is no customer under the cursor"
        if action == "copy('email')" and not who.email:
            return "no email is known of this customer"
        return None

    def refuse(self, action: str) -> bool:
        """Say why an action cannot be done now; answers whether it cannot."""
        why = self.why_not(action)
        if why is not None:
            self.post_message(Say(why[0].upper() + why[1:], bad=True))
        return why is not None

    def action_copy(self, what: str) -> None:
        """Copy the customer's email, or a link to their record, at the user's end."""
        who = self.customer
        if who is None or self.refuse(f"copy('{what}')"):
            return
        if what == "email":
            self._copy(who.email or "")
        else:
            self._with_links(lambda known: self._copy(known[0].url))

    def action_links(self) -> None:
        """List the addresses; nothing is opened here, where a browser would be the server's."""
        if self.customer is not None and not self.refuse("links"):
            self._with_links(self._show_links)

    def _show_links(self, known: tuple[Link, ...]) -> None:
        linked = takes_links(os.environ)
        allow(one.url for one in known)

        def offer(text: str) -> Sequence[Choice[Link]]:
            return [
                Choice(one, link_line(one, linked=linked))
                for one in known
                if choices.matches(text, *one)
            ]

        def take(chosen: tuple[Link | None, str] | None) -> None:
            if chosen is not None and chosen[0] is not None:
                self._copy(chosen[0].url)

        self.app.push_screen(Chooser(offer, "which system?", foot=links_foot(linked=linked)), take)

    def _with_links(self, then: Callable[[tuple[Link, ...]], None]) -> None:
        """Go on with the addresses of the customer in sight; or say that none is known."""
        who, sources = self.customer, self.desk.config.sources
        if who is None:
            return

        def take(found: Customer | None) -> None:
            known = links_of(found, sources) if found else ()
            if known:
                then(known)
            else:
                self.post_message(Say(no_links(), bad=True))

        self.look_up(who.id, take)

    def look_up(self, id: int, then: Callable[[Customer | None], None]) -> None:
        """Find a customer with all their identities, in a thread."""
        raise NotImplementedError

    def _copy(self, text: str) -> None:
        # One line, whatever a stranger wrote: it may be pasted where a line break sends it.
        self.app.copy_to_clipboard(clean(text))
        self.post_message(Say(copied(text)))
