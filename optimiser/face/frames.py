"""A front as a data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.results.document import cell_value

if TYPE_CHECKING:
    import pandas as pd

    from optimiser.results import Result

__all__ = ["frame_of"]


def frame_of(result: Result, /) -> pd.DataFrame:
    """The plans, one a row, best rank first: ``plan`` is the index, the columns are those of
    ``front.csv``.

    Numbers are numbers, undefined ones NaN; a column of decisions that has names in it holds what
    :class:`optimiser.Plan` has. ``attrs`` has ``unit`` and ``sense`` of objectives and indicators,
    and the ``proof`` in words.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(
            tr("a data frame needs pandas, which is not installed"),
            help=tr("install it: pip install pandas"),
        ) from None
    from optimiser.results.claim_words import proof_words

    front, ranking = result.front, result.ranking
    columns: list[tuple[str, object]] = [("rank", ranking.rank), ("score", ranking.score)]
    columns += [(column.name, front.y[:, j]) for j, column in enumerate(front.columns)]
    columns += [
        (column.name, front.indicators[:, j]) for j, column in enumerate(front.indicator_columns)
    ]
    columns += [
        (name, [cell_value(row[j]) for row in front.cells])
        for j, name in enumerate(front.decision_columns)
    ]
    index = pd.Index(front.ids, name="plan")
    frame = pd.concat(
        [pd.Series(values, index=index, name=name) for name, values in columns], axis=1
    )
    about = (*front.columns, *front.indicator_columns)
    frame.attrs = {
        "unit": {column.name: column.unit for column in about},
        "sense": {column.name: column.sense for column in front.columns},
        "proof": proof_words(front),
    }
    return frame
