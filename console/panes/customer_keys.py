"""Keys that act on the customer in sight, whichever pane shows them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.model import Customer
from console.panes.asking import Desk
from console.panes.pane import Say
from console.show.links import copied, link_of


class CustomerKeys(Screen[None], inherit_bindings=False):
    """A screen with a customer in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy('email')", "Copy email", show=False, id="copy.email",
                tooltip="Copy the customer's email"),
        Binding("Y", "copy('link')", "Copy link", show=False, id="copy.link",
                tooltip="Copy a link to the customer's record in its source"),
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
        if not action.startswith("copy"):
            return None
        who = self.customer
        if who is None:
            return "there is no customer under the cursor"
        if action == "copy('email')" and not who.email:
            return "no email is known of this customer"
        if action == "copy('link')" and not link_of(who, self.desk.config.sources):
            return "no source has told the address of this customer's record"
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
        text = (who.email if what == "email" else link_of(who, self.desk.config.sources)) or ""
        self.app.copy_to_clipboard(text)
        self.post_message(Say(copied(text)))
