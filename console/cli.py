"""The command line: one command per question; the screen opens only when asked.

Commands live in `console.commands` and are loaded when they are called, so that
``console feed --json`` in a script never pays for the screen, nor the screen for them.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from console import __version__
from console.commands.common import Given, Misused, Refused
from console.commands.said import settle, tell

COMMANDS: dict[str, str] = {
    "demo": "console.commands.screen:demo",
    "import": "console.commands.importing:import_files",
    "sync": "console.commands.syncing:sync",
    "source": "console.commands.sources:source",
    "inbox": "console.commands.triage:inbox",
    "note": "console.commands.triage:note",
    "tag": "console.commands.triage:tag",
    "merge": "console.commands.merging:merge",
    "unmerge": "console.commands.merging:unmerge",
    "undo": "console.commands.triage:undo",
    "redo": "console.commands.triage:redo",
    "feed": "console.commands.feed:feed",
    "customers": "console.commands.people:customers",
    "customer": "console.commands.people:customer",
    "cohorts": "console.commands.cohorts:cohorts",
    "lifecycle": "console.commands.lifecycle:lifecycle",
    "stickiness": "console.commands.lifecycle:stickiness",
    "segments": "console.commands.segments:segments",
    "views": "console.commands.views:views",
    "status": "console.commands.status:status",
    "rejects": "console.commands.status:rejects",
    "doctor": "console.commands.doctor:doctor",
    "erase": "console.commands.erasing:erase",
    "audit": "console.commands.audit:audit",
    "backup": "console.commands.keeping:backup",
}
"""Every command and where it is."""


class Commands(click.Group):
    """A group that loads a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command named when there is no such one."""
        if args and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean `console {near[0]}`?" if near else ""
            raise Misused(f"there is no command {args[0]!r}.{hint} See `console --help`.")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--mirror", metavar="PATH", help="The mirror's file.")
@click.option("--notebook", metavar="PATH", help="The notebook's file (beside the mirror).")
@click.option("--config", metavar="PATH", help="The settings' file.")
@click.option("--now", metavar="ISO", help="Answer as of this time, e.g. 2026-03-01T09:00+01:00.")
@click.option("--timezone", metavar="ZONE", help="The zone days begin in, e.g. Europe/Stockholm.")
@click.option("--week-start", metavar="DAY", help="monday or sunday.")
@click.option("--readonly", is_flag=True, help="Change nothing, not even notes.")
@click.option("--as", "person", metavar="NAME", help="Who acts, where several share a login.")
@click.option("--kiosk", is_flag=True, help="The screen alone, for a forced command over SSH.")
@click.option("--view", metavar="NAME", help="Open the screen on a saved view.")
@click.option("--wall", is_flag=True, help="The feed large with counters, for a screen on a wall.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.option("--plain", is_flag=True, help="Tables and a prompt instead of the screen.")
@click.version_option(__version__, prog_name="console")
@click.pass_context
def root(ctx: click.Context, /, view: str | None, wall: bool, **flags: Any) -> None:
    """Everything your systems know of your customers, in one place.

    Without a command it opens the screen on your mirror; `console demo` opens it on the
    sample data, with nothing to configure.
    """
    if flags["kiosk"]:
        from console.commands.kiosk import lock

        lock(os.environ)
        if ctx.invoked_subcommand is not None:
            raise Misused("--kiosk opens the screen and runs no command")
    ctx.obj = Given(flags)
    if ctx.invoked_subcommand is None:
        from console.commands.screen import open_screen

        sys.exit(open_screen(ctx.obj.config, view=view, wall=wall))
    elif view is not None or wall:
        raise Misused("--view and --wall are for the screen; commands have options of their own")


def main() -> None:
    """Run the command line and leave with its exit status."""
    settle()
    out = sys.stdout
    try:
        root.main(standalone_mode=False, prog_name="console")
    except click.exceptions.Abort:
        tell("console: stopped", err=True)
        sys.exit(130)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except Refused as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "console"
        Misused(f"{error.format_message()} See `{path} --help`.").show()
        sys.exit(2)
    except click.ClickException as error:
        Refused(error.format_message()).show()
        sys.exit(error.exit_code)
    except SystemExit as leave:
        # Whoever read us has seen enough: click says 1 and writes elsewhere, but that is no "no".
        sys.exit(leave.code if sys.stdout is out else 0)
    except OSError as error:
        _leave(Refused(f"{error.filename or 'the answer'}: {error.strerror or error}"))
    except Exception as error:
        if os.environ.get("CONSOLE_TRACEBACK"):
            raise
        _leave(Refused(_fault(error)))


def _leave(refusal: Refused) -> None:
    refusal.show()
    # What is still to be written cannot be: not a second complaint at exit.
    sys.stdout = None
    sys.exit(refusal.exit_code)


def _fault(error: Exception) -> str:
    """A fault of ours in one line: its kind and place, and nothing of the data it met."""
    import traceback

    at = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"something went wrong that should not ({type(error).__name__} in "
        f"{os.path.basename(at.filename)}, line {at.lineno}). If the mirror is damaged, import "
        "into a new one; CONSOLE_TRACEBACK=1 shows where it happened."
    )
