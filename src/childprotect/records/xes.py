"""Event logs as XES (IEEE 1849-2016): a trace is a child, an event is an event."""

from collections.abc import Iterable
from typing import IO
from xml.sax.saxutils import quoteattr

from childprotect.chronology import Chronology
from childprotect.records.event_logs import instant, shown, told

_NAME, _TIME, _LIFECYCLE = "concept:name", "time:timestamp", "lifecycle:transition"
_SITE = "http://www.xes-standard.org/"


def write_xes(chronologies: Iterable[Chronology], out: IO[str]) -> None:
    """Write a log of these children to a text stream, which is to be in UTF-8, child by child.

    Flags are booleans and all else is text. Raises `ChildProtectError` for an identifier that no log can hold.
    """
    out.write(_HEAD)
    for child in told(chronologies):
        out.write(f"  <trace>\n    {_attribute(_NAME, child.name)}\n")
        for event in child.events:
            out.write(f'    <event>\n      {_attribute(_NAME, event.kind)}\n      <date key="{_TIME}" ')
            out.write(f'value="{instant(event)}"/>\n      {_attribute(_LIFECYCLE, "complete")}\n')
            out.writelines(f"      {_attribute(name, value)}\n" for name, value in shown(event).items())
            out.write("    </event>\n")
        out.write("  </trace>\n")
    out.write("</log>\n")


def _attribute(key: str, value: str | bool) -> str:
    if isinstance(value, bool):
        return f"<boolean key={quoteattr(key)} value={quoteattr(str(value).lower())}/>"
    return f"<string key={quoteattr(key)} value={quoteattr(value)}/>"


def _extension(name: str) -> str:
    return f'  <extension name="{name}" prefix="{name.lower()}" uri="{_SITE}{name.lower()}.xesext"/>\n'


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<log xes.version="1849.2016" xes.features="" xmlns="{_SITE}">\n'
    + "".join(map(_extension, ("Concept", "Lifecycle", "Time")))
    + f'  <global scope="trace">\n    {_attribute(_NAME, "")}\n  </global>\n'
    + f'  <global scope="event">\n    {_attribute(_NAME, "")}\n'
    + f'    <date key="{_TIME}" value="1970-01-01T00:00:00+00:00"/>\n    {_attribute(_LIFECYCLE, "complete")}\n'
    + f"    {_attribute('time-known', False)}\n  </global>\n"
    + f'  <classifier name="Activity" scope="event" keys="{_NAME}"/>\n'
    + f"  {_attribute('lifecycle:model', 'standard')}\n"
)
