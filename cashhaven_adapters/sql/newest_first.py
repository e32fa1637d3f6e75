"""Lists that begin with the newest row: a stretch of time, a page, one index."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_

from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.period import Period


def newest_first(
    rows: Select[*tuple[Any, ...]],
    moment: ColumnElement[datetime],
    number: ColumnElement[int],
    period: Period,
    page: PageRequest,
) -> Select[*tuple[Any, ...]]:
    """Return the rows of the period, sorted by moment and then number, and one more than the page.

    Raises:
        InvalidInput: the page goes on from a place in a list of another kind.
    """
    if period.start is not None:
        rows = rows.where(moment >= period.start)
    if period.end is not None:
        rows = rows.where(moment < period.end)
    if page.after is not None:
        last_moment, last_number = page.after.by_moment()
        rows = rows.where(moment <= last_moment, or_(moment < last_moment, number < last_number))
    return rows.order_by(moment.desc(), number.desc()).limit(page.size + 1)
