// Numbers that the page computes, as text: what differs looks different, and no digit is wrong.
const Written = (() => {
  const DECIMALS = 4;
  const MOST = 10; // decimals before exponents are written
  const DIGITS = 5;

  // A column of scores with four decimals, or as many as tell them apart, and from 0.
  function scores(values) {
    const different = new Set(values).size;
    const tells = (texts) =>
      new Set(texts).size >= different &&
      texts.every((text, i) => Number(text) !== 0 || values[i] === 0);
    for (let places = DECIMALS; places <= MOST; places++) {
      const texts = values.map((value) => (value + 0).toFixed(places));
      if (tells(texts)) return texts;
    }
    let texts = [];
    for (let digits = DIGITS; digits <= 17; digits++) {
      texts = values.map((value) => value.toPrecision(digits));
      if (tells(texts)) break;
    }
    return texts;
  }

  // By how much a value is more than another one, as their decimals say, with its sign: with so many
  // decimals as both have, where these do not make 0 of it. Rounded once, and not by way of a float.
  function change(before, after, decimals) {
    const [whole, power] = Ranking.exactlyApart(after, before);
    if (whole === 0n) return "0";
    const few = decimals === undefined ? "" : fixed(nearest(whole, power, -decimals), decimals);
    const first = `${whole}`.replace("-", "").length - 1 + power; // the place of the first digit
    const last = first - DIGITS + 1;
    const unit = first < 15 ? Math.min(last, 0) : last;
    const text = Number(few) ? few : short(Number(`${nearest(whole, power, unit)}e${unit}`));
    return whole > 0n ? `+${text}` : text;
  }

  // A whole number times a power of ten, in whole units of another power.
  function nearest(whole, power, unit) {
    if (unit <= power) return whole * 10n ** BigInt(power - unit);
    const by = 10n ** BigInt(unit - power);
    return (whole + (whole < 0n ? -by : by) / 2n) / by;
  }

  // Of a number in units of its last decimal the text.
  function fixed(whole, decimals) {
    const digits = `${whole < 0n ? -whole : whole}`.padStart(decimals + 1, "0");
    const point = digits.length - decimals;
    const text = decimals ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;
    return whole < 0n ? `-${text}` : text;
  }

  // Five digits, or all that stand before the point.
  function short(value) {
    const text = value.toPrecision(DIGITS);
    if (Math.abs(value) < 1 || !text.includes("e")) return `${Number(text)}`;
    return Math.abs(value) < 1e15 ? value.toFixed(0) : text; // no zeros for digits that are cut
  }

  // Six decimals, or digits where these would say nothing.
  function price(cost) {
    const few = Number(cost.toFixed(6));
    return few || cost === 0 ? `${few}` : short(cost);
  }

  return { change, price, scores };
})();
