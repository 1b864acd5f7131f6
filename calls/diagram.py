"""Draws the call's state machine from its table: `python -m calls.diagram` prints Mermaid.

`docs/call-states.md` holds the result; a test compares the two.
"""

from collections import defaultdict

from calls.machine import RULES, CallState


def mermaid() -> str:
    """A Mermaid state diagram of every rule that changes the state; events of one arrow share a label."""
    arrows: dict[tuple[CallState, CallState], list[str]] = defaultdict(list)
    for (state, event), rule in RULES.items():
        if rule.target is not state:
            arrows[state, rule.target].append(event.__name__)
    lines = ["stateDiagram-v2", "    direction LR", f"    [*] --> {CallState.PLANNED}"]
    for (source, target), events in arrows.items():
        lines.append(f"    {source} --> {target}: {', '.join(events)}")
    lines.append(f"    {CallState.ENDED} --> [*]")
    return "\n".join(lines)


def page() -> str:
    """The whole of `docs/call-states.md`."""
    return (
        "# The life of a call\n\n"
        "Drawn from the table in `calls/machine.py` by `python -m calls.diagram > docs/call-states.md`.\n"
        "Events that change nothing (late or repeated ones) are rows of the table too; they are left out.\n\n"
        f"```mermaid\n{mermaid()}\n```\n"
    )


if __name__ == "__main__":
    print(page(), end="")
