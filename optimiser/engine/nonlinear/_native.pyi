"""What is compiled from native/: arrays of floats in rows, as they lie in memory."""

from optimiser.engine.nonlinear.reaching import Positions
from optimiser.engine.problem import Floats

def reach(room: Floats, inverse: Floats, length: Floats) -> Positions:
    """As :func:`optimiser.engine.nonlinear.reaching.by_arrays`, and with its bits.

    Raises:
        ValueError: the shapes do not fit.
        TypeError: an array is not of floats in rows.
    """

def undominated(points: Floats) -> Positions:
    """As :func:`optimiser.engine.nonlinear.dominance.non_dominated`.

    Raises:
        ValueError: a number is not finite.
        TypeError: the array is not of floats in rows.
    """
