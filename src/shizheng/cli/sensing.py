"""``shizheng sensing``: keys of gateways, the listener to a broker, sealing by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

app = typer.Typer(help="Sensors and their gateways (感測).", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="Code of the gateway.")]


@app.command()
def key(
    code: Code,
    agency: Annotated[str, typer.Argument(help="Code of the agency that keeps it.")],
    register: Annotated[bool, typer.Option("--register", help="May make entities.")] = False,
    rate: Annotated[int, typer.Option("--rate", help="Readings a minute.")] = 600_000,
) -> None:
    """Make a gateway and print its key; it is shown this once."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.core.models import Agency
        from shizheng.sensing.actions.gateways import gateway_make
        from shizheng.sensing.errors import EntityMissing

        owner = Agency.objects.filter(code=agency).first()
        if owner is None:
            raise EntityMissing(name=f"agency “{agency}”")
        _, secret = gateway_make(
            code=code, name=code, owner=owner, by=None, at=timezone.now(), may_register=register,
            rate_a_minute=rate,
        )  # fmt: skip
    typer.echo(secret)


@app.command()
def revoke(code: Code, why: Annotated[str, typer.Argument(help="Why.")]) -> None:
    """Let the key of a gateway count no more."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.sensing.actions.gateways import gateway_revoke
        from shizheng.sensing.errors import EntityMissing
        from shizheng.sensing.models import Gateway

        gateway = Gateway.objects.filter(code=code).first()
        if gateway is None:
            raise EntityMissing(name=f"gateway “{code}”")
        gateway_revoke(gateway=gateway, by=None, at=timezone.now(), why=why)


@app.command("back-test")
def back_test(
    rule: Annotated[str, typer.Argument(help="Code of the rule.")],
    first: Annotated[str, typer.Option(help="First day.")],
    last: Annotated[str, typer.Option(help="Last day.")],
    incidents: Annotated[str, typer.Option(help="Mapping of incidents; empty: all.")] = "",
    metres: Annotated[int, typer.Option(help="A post so near could warn.")] = 1_000,
) -> None:
    """Try a rule on stored readings beside what happened; nobody is warned by it."""
    with refusals_shown():
        ready()
        require_tables()
        from datetime import datetime, time, timedelta

        from django.utils import timezone

        from shizheng.kernel.dates import parse_date
        from shizheng.sensing.errors import EntityMissing
        from shizheng.sensing.judging.actions import back_test_run
        from shizheng.sensing.models import WarningRule

        row = WarningRule.objects.filter(code=rule).select_related("current").first()
        if row is None:
            raise EntityMissing(name=f"rule “{rule}”")
        zone = timezone.get_current_timezone()
        made = back_test_run(
            rule=row, starts=datetime.combine(parse_date(first), time.min, tzinfo=zone),
            ends=datetime.combine(parse_date(last) + timedelta(days=1), time.min, tzinfo=zone),
            incidents=incidents, radius_m=metres, by=None, at=timezone.now(),
        )  # fmt: skip
    for name in ("incidents", "hits", "missed", "unwatched", "warnings", "false", "lead_minutes"):
        typer.echo(f"{name}: {made.result[name]}")


@app.command()
def mqtt(
    address: Annotated[str, typer.Argument(help="mqtt://name:password@host:1883")],
    session: Annotated[str, typer.Option(help="Name of the session.")] = "shizheng",
) -> None:
    """Listen to a broker until Ctrl-C; `shizheng serve` does it where SHIZHENG_MQTT is set."""
    with refusals_shown():
        ready()
        require_tables()
        from shizheng.cli.serve import until_told
        from shizheng.sensing.mqtt import listen

        until_told(lambda stop: listen(address, stop, session=session))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    since: Annotated[datetime | None, typer.Option(help="From this day on; UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this day; UTC.")] = None,
) -> None:
    """Write sealed observations as Parquet files, a folder for each month."""
    with refusals_shown():
        ready()
        require_tables()
        from shizheng.sensing.store.exporting import exported

        begin = since.replace(tzinfo=UTC) if since else None
        end = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
        count, files = exported(folder, since=begin, until=end)
    typer.echo(f"{count:,} observations in {len(files) - 1} files")


@app.command()
def stream(
    address: Annotated[str, typer.Argument(help="nats://a:4222,nats://b:4222")],
) -> None:
    """Take messages out of NATS JetStream until Ctrl-C; as many of these as are needed."""
    with refusals_shown():
        ready()
        require_tables()
        from shizheng.cli.serve import until_told
        from shizheng.sensing.streaming import work

        until_told(lambda stop: work(address, stop))
