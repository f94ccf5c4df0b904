"""The program `jarvis`: commands, and the conversation when there is none.

Exit codes stand in `exits.py`; errors become one line (and one for each wrong field), never a traceback.
"""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from tools.jarvis import exits
from tools.jarvis.commands import analytics, approvals, results, scale, system, templates, verify, work, workflows
from tools.jarvis.commands.shared import Address

app = typer.Typer(
    name="jarvis",
    add_completion=True,
    no_args_is_help=False,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=exits.EPILOG,
)

for _command in (
    work.run,
    work.plan,
    work.watch,
    workflows.show,
    workflows.cancel,
    workflows.pause,
    workflows.resume,
    workflows.retry,
    results.results,
    analytics.analytics,
    system.agents,
    system.health,
    system.status,
    system.up,
    verify.verify,
):
    app.command(epilog=exits.EPILOG)(_command)
app.command("list", epilog=exits.EPILOG)(workflows.list_workflows)
app.add_typer(approvals.app, name="approvals", epilog=exits.EPILOG)
app.add_typer(templates.app, name="templates", epilog=exits.EPILOG)
app.add_typer(scale.app, name="scale", epilog=exits.EPILOG)


@app.callback()
def conversation(
    context: typer.Context,
    concurrent: Annotated[bool, typer.Option("--concurrent", help="Several workflows at once (default).")] = False,
    intelligence: Annotated[bool, typer.Option("--intelligence", help="Asks you at every gate.")] = False,
    branding: Annotated[bool, typer.Option("--branding", help="Requests become brand identities.")] = False,
    jarvis: Annotated[
        bool, typer.Option("--jarvis", help="The full business workflow on full autopilot, summed up as if spoken.")
    ] = False,
    address: Address = "",
) -> None:
    """HeyJarvis turns a business request into a finished dossier.

    Without a command: a conversation. A line of text starts a workflow; `help` tells the rest.
    """
    if context.invoked_subcommand is not None:
        return
    from tools.jarvis.conversation.session import Mode, converse

    chosen = [mode for mode, wanted in zip(Mode, (concurrent, intelligence, branding, jarvis), strict=True) if wanted]
    if len(chosen) > 1:
        raise typer.BadParameter("Choose one of --concurrent, --intelligence, --branding, --jarvis.")
    raise typer.Exit(converse(chosen[0] if chosen else Mode.CONCURRENT, address))


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a glyph gets a question mark
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
