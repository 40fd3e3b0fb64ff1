"""Serving: the commands that open the doors of a workspace and say who may come in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.interfaces.answering import plain, say, say_json, show, width
from justenough.interfaces.options import DEFAULT_WORKSPACE, AuthorOption, JsonOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    from justenough.archive.audit_log import Doer

LOOPBACK = ("127.0.0.1", "::1", "localhost")
SECRET_SHOWN = "It is shown this once; keep it where you keep passwords."  # noqa: S105  a sentence

users = typer.Typer(
    help="Say who may use a workspace together, and as what.\n\nExample: justenough user add anna --role admin",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NameArgument = Annotated[str, typer.Argument(help="Name the person signs in with.")]
RoleOption = Annotated[
    str, typer.Option("--role", help="viewer: look; planner: import and plan; approver: decide; admin: say who may do what.")
]


def serve(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; any but this computer's own needs users first.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: a free one.")] = 8300,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="PEM file, to serve https itself.", dir_okay=False)] = None,
    key: Annotated[Path | None, typer.Option("--private-key", help="PEM file of the certificate's key.", dir_okay=False)] = None,
    sign_on: Annotated[Path | None, typer.Option("--sign-on", help="TOML file of single sign-on (OpenID Connect).", dir_okay=False)] = None,
    upload_mb: Annotated[float, typer.Option("--upload-mb", min=0.1, help="Largest upload [MB].")] = 2000.0,
    author: AuthorOption = "",
    *,
    behind_https: Annotated[
        bool, typer.Option("--behind-https", help="People reach it through a proxy that speaks https; its forwarded address is believed.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Serve the pages and the API of a workspace: for you on this computer, or for everybody who was made a user.

    Example: justenough serve --port 8300
    """
    from justenough.domain.errors import JustenoughError

    if (certificate is None) != (key is None):
        raise JustenoughError("--certificate and --private-key go together; nothing was started.")
    with opened(workspace, create=True) as kept:
        from justenough.archive.people import People

        many = People(kept.records).anybody() or sign_on is not None
        if not many and host not in LOOPBACK:
            raise JustenoughError(
                f"{host} can be reached by others, and nobody has to sign in yet; nothing was started. Add a user first: "
                f"justenough user add NAME --role admin{at(workspace)}. Or listen on 127.0.0.1 only."
            )
        from justenough.interfaces.web.house import House, Serving
        from justenough.interfaces.web.running_server import run
        from justenough.interfaces.web.single_sign_on import single_sign_on

        https = behind_https or certificate is not None
        serving = Serving(not many, author or "local", https, largest_upload_bytes=round(upload_mb * 1e6))
        house = House(kept, serving, single_sign_on(sign_on) if sign_on else None)
        if many and not https and host not in LOOPBACK:
            sys.stderr.write("Passwords travel unencrypted: name --certificate and --private-key, or stand behind https.\n")
        run(house, host, port, certificate, key, behind_https=behind_https, told=lambda address: _tell(address, many=many, as_json=as_json))


@users.command("add")
def user_add(
    name: NameArgument,
    role: RoleOption = "viewer",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    *,
    no_password: Annotated[bool, typer.Option("--no-password", help="Signs in elsewhere, or uses keys only.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Add a person; the password is asked for, or read from standard input.

    Example: justenough user add anna --role admin
    """
    from justenough.archive.people import People

    password = None if no_password else _password()
    with opened(workspace, create=True) as kept:
        user = People(kept.records).add(name, role, _doer(author), password=password)
    if as_json:
        say_json({"name": user.name, "role": user.role.word, "created": user.created})
    else:
        when = "at once where the server has users already, else from its next start on"
        say(f"{user.name} may sign in as {user.role.word}: {when}.")


@users.command("list")
def user_list(workspace: WorkspaceOption = DEFAULT_WORKSPACE, *, as_json: JsonOption = False) -> None:
    """
    List the people, their roles and keys.

    Example: justenough user list --json
    """
    from datetime import UTC, datetime

    from justenough.archive.people import People
    from justenough.archive.sessions import Sessions
    from justenough.interfaces.views.people_view import key_line, person_of

    with opened(workspace) as kept:
        people = [person_of(one) for one in People(kept.records).users()]
        keys = [key_line(one, datetime.now(UTC)) for one in Sessions(kept.records).all_keys()]
    if as_json:
        say_json({"people": plain(people), "keys": plain(keys)})
        return
    if not people:
        say(f"There are no users in {workspace}. Add the first: justenough user add NAME --role admin{at(workspace)}")
        return
    from justenough.interfaces.printing import frame_table

    rows = [
        {
            "name": one.name,
            "role": one.role,
            "signs in with": one.signs_in,
            "state": "kept out" if one.disabled else "may sign in",
            "keys": ", ".join(key.key_id for key in keys if key.user == one.name and key.state == "good") or "none",
        }
        for one in people
    ]
    show(frame_table("People", rows, {}, width()))


@users.command("change")
def user_change(
    name: NameArgument,
    role: Annotated[str | None, typer.Option("--role", help="The new role.", show_default=False)] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    *,
    new_password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Change a person's role or password; their sessions end.

    Example: justenough user change anna --role approver
    """
    from justenough.archive.people import People

    password = _password() if new_password else None
    with opened(workspace) as kept:
        user = People(kept.records).change(name, _doer(author), role=role, password=password)
    if as_json:
        say_json({"name": user.name, "role": user.role.word, "disabled": user.disabled})
    else:
        say(f"{user.name} is {user.role.word} now; their sessions ended.")


@users.command("disable")
def user_disable(
    name: NameArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    *,
    again: Annotated[bool, typer.Option("--enable", help="Let the person in again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Keep a person out: sessions end and keys open nothing any more. What they did stays on record.

    Example: justenough user disable anna
    """
    from justenough.archive.people import People

    with opened(workspace) as kept:
        user = People(kept.records).change(name, _doer(author), disabled=not again)
    if as_json:
        say_json({"name": user.name, "role": user.role.word, "disabled": user.disabled})
    else:
        say(f"{user.name} {'is kept out' if user.disabled else 'may sign in again'}.")


@users.command("key")
def user_key(
    name: NameArgument,
    label: Annotated[str, typer.Option("--for", help="What the key is for.")] = "",
    scope: Annotated[str, typer.Option("--scope", help="The most it may do: viewer, planner, approver or admin.")] = "viewer",
    days: Annotated[float, typer.Option("--days", help="How long it lasts, at most 366 [days].")] = 90.0,
    revoke: Annotated[str, typer.Option("--revoke", help="Id of a key that is to open nothing any more.")] = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Make a key for a program, shown this once; or revoke one.

    Example: justenough user key anna --for "nightly export" --scope viewer --days 90
    """
    from justenough.archive.people import People
    from justenough.archive.sessions import Sessions

    with opened(workspace) as kept:
        sessions = Sessions(kept.records)
        if revoke:
            sessions.revoke(revoke, _doer(author))
            say_json({"revoked": revoke}) if as_json else say(f"Key {revoke} opens nothing any more.")
            return
        entry, secret = sessions.make_key(People(kept.records).named(name), label, scope, days, _doer(author))
    if as_json:
        say_json({"key": secret, "key_id": entry.key_id, "scope": entry.scope.word, "ends": entry.ends})
    else:
        say(f"{secret}")
        say(f"It opens what a {entry.scope.word} may do, until {entry.ends:%Y-%m-%d}. {SECRET_SHOWN}")


def _tell(address: str, *, many: bool, as_json: bool) -> None:
    if as_json:
        say_json({"address": address, "sign_in": many})
    else:
        who = "everybody who is a user" if many else "you on this computer only, without sign-in"
        say(f"Serving {address} for {who}. Stop it with Ctrl-C.")
    sys.stdout.flush()


def _doer(author: str) -> Doer:
    import getpass

    from justenough.archive.audit_log import Doer

    return Doer(author or getpass.getuser())


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password (12 signs or more)", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
