"""How a sync comes on and how it went, in a sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from console.model import StreamRun
from console.show.clean import clean
from console.show.standing import diagnosis

_KINDS = ("new", "changed", "deleted", "refused")


def progress(run: StreamRun, total: int | None) -> str:
    """How a stream stands: "klaviyo events 1,240", "klaviyo events 1,240 of 3,000".

    total: how many things it will bring, where known.
    """
    of = f" of {total:,}" if total and total >= run.counts.read else ""
    return f"{clean(run.source)} {clean(run.stream)} {run.counts.read:,}{of}"


def stream(run: StreamRun, total: int | None = None) -> str:
    """What a stream has brought: "1,240 of 3,000 read, 12 new, 3 changed"."""
    of = f" of {total:,}" if total and total >= run.counts.read else ""
    return ", ".join([f"{run.counts.read:,}{of} read", *_brought([run])])


def ended(
    runs: Sequence[StreamRun], *, refusal: str | None = None, stopped: bool = False
) -> tuple[str, bool]:
    """How a sync went, and whether that is bad.

    refusal: why nothing was synced at all. stopped: somebody ended it.
    """
    if refusal:
        return f"Nothing was synced: {clean(refusal)}", True
    brought = ", ".join(_brought(runs))
    if stopped:
        came = f": {brought}" if brought else ""
        return f"The sync was stopped{came}; the next goes on from there", False
    failed = {run.source: run.failure for run in reversed(runs) if run.failure}
    names = [name for name in dict.fromkeys(run.source for run in runs) if name not in failed]
    went = f"{brought or 'nothing new'}{_why(runs)}"
    if not failed:
        return f"Synced {_named(names)}: {went}", False
    name, error = next(reversed(failed.items()))
    more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    others = f"; {_named(names)}: {went}" if names else f"; {went}" if brought else ""
    return f"{clean(name)} failed: {diagnosis(error, name)[0]}{more}{others}", True


def _brought(runs: Sequence[StreamRun]) -> list[str]:
    counts = [run.counts for run in runs]
    sums = (
        sum(one.new for one in counts), sum(one.changed for one in counts),
        sum(run.deleted for run in runs), sum(one.rejected for one in counts),
    )  # fmt: skip
    return [f"{n:,} {kind}" for n, kind in zip(sums, _KINDS, strict=True) if n]


def _why(runs: Sequence[StreamRun]) -> str:
    refused = any(run.counts.rejected for run in runs)
    return "; `console rejects` says why" if refused else ""


def _named(names: Sequence[str]) -> str:
    return clean(names[0]) if len(names) == 1 else f"{len(names)} sources"
