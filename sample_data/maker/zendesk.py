"""Zendesk: the export of a view of all tickets, its times on the wall clock of Stockholm."""

from __future__ import annotations

from datetime import datetime, timedelta

from maker.files import table
from maker.people import World
from maker.support import AGENTS, Ticket
from maker.when import HOME, NOW, dice, zone

HEADER = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,"
    "Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,"
    "Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,"
    "Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,"
    "First reply time in minutes,First reply time in minutes within business hours,"
    "First resolution time in minutes,First resolution time in minutes within business hours,"
    "Full resolution time in minutes,Full resolution time in minutes within business hours,"
    "Agent wait time in minutes,Agent wait time in minutes within business hours,"
    "Requester wait time in minutes,Requester wait time in minutes within business hours,"
    "On hold time in minutes,On hold time in minutes within business hours,Topic [list]"
)


def exports(world: World) -> dict[str, bytes]:
    """The file by path; one row was pasted in from another sheet, its dates with it."""
    requesters: dict[str, int] = {}
    rows = []
    for ticket in world.tickets:
        number = requesters.setdefault(ticket.person.seed, 396331237000 + 17 * len(requesters))
        rows.append(ticket_row(ticket, number))
    # The last one from the first days of a month, where either number might be the month.
    pasted = [row for row in rows if str(row["Created at"])[8:10] < "10"][-1]
    for column in ("Created at", "Updated at", "Solved at"):
        pasted[column] = spreadsheet(str(pasted[column]))
    return {"zendesk/tickets.csv": table(HEADER, rows)}


def ticket_row(ticket: Ticket, requester: int) -> dict[str, object]:
    """One ticket."""
    person, roll = ticket.person, dice("desk", ticket.number)
    email = ticket.email or person.email
    taken = ticket.replies > 0
    assigned = clock(min(ticket.created + timedelta(minutes=roll.randint(3, 50)), NOW))
    row: dict[str, object] = {
        "Summation column": 1,
        "Id": ticket.number,
        "Requester": person.name,
        "Requester id": requester,
        "Requester external id": person.user_id(ticket.created) or "",
        "Requester email": email,
        "Requester domain": email.partition("@")[2],
        "Submitter": person.name,
        "Assignee": roll.choice(AGENTS) if taken else "",
        "Group": "Support",
        "Subject": ticket.subject,
        "Tags": ticket.tags,
        "Status": ticket.status,
        "Priority": ticket.priority,
        "Via": ticket.via,
        "Created at": clock(ticket.created),
        "Updated at": clock(ticket.updated or ticket.created),
        "Assigned at": assigned if taken else "",
        "Organization": person.company,
        "Initially assigned at": assigned if taken else "",
        "Solved at": clock(ticket.solved) if ticket.solved else "",
        "Satisfaction Score": ticket.rating or "Not Offered",
        "Reopens": ticket.reopens,
        "Replies": ticket.replies,
        "Topic [list]": ticket.tags.partition(" ")[0],
    }
    return row | durations(ticket, roll.randint(2, 240))


def durations(ticket: Ticket, first_reply: int) -> dict[str, object]:
    """How long things took, in minutes; a third of the clock's are the office's."""
    found: dict[str, int] = {}
    if ticket.replies:
        found["First reply"] = first_reply
    if ticket.solved:
        whole = int((ticket.solved - ticket.created) / timedelta(minutes=1))
        found |= {"First resolution": whole, "Full resolution": whole, "Requester wait": whole // 2}
    row: dict[str, object] = {}
    for name, minutes in found.items():
        row[f"{name} time in minutes"] = minutes
        row[f"{name} time in minutes within business hours"] = minutes // 3
    return row


def clock(moment: datetime) -> str:
    """A moment on the desk's wall clock."""
    return moment.astimezone(zone(HOME)).strftime("%Y-%m-%d %H:%M")


def spreadsheet(text: str) -> str:
    """A time as a spreadsheet turned it round: nobody can tell the day from the month."""
    if not text:
        return ""
    day, _, hour = text.partition(" ")
    year, month, number = day.split("-")
    return f"{number}/{month}/{year} {hour}"
