// What is embedded in the page, as its scripts use it: numbers.py and saying.py write it short.
const Reading = (() => {
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const sextets = (text) => Array.from(text, (letter) => LETTERS.indexOf(letter));

  // Numbers that may be written as the bytes of all of them.
  function numbers(given) {
    if (typeof given !== "string") return given;
    const six = sextets(given.replace(/=+$/, ""));
    const bytes = new Uint8Array(Math.floor((six.length * 3) / 4));
    for (let i = 0; i < bytes.length; i++) {
      const at = Math.floor((i * 4) / 3);
      const shift = 2 * (i % 3); // how much of the first of two letters was taken before
      bytes[i] = (six[at] << (2 + shift)) | (six[at + 1] >> (4 - shift));
    }
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
  }

  // `length` whole numbers from 0 to below `count`.
  function positions(text, count, length) {
    const bits = 32 - Math.clz32(Math.max(0, count - 1));
    const six = sextets(text);
    const each = bits ? Math.floor(6 / bits) : 0;
    const letters = Math.ceil(bits / 6);
    return Array.from({ length }, (_, i) => {
      if (bits === 0) return 0;
      if (each) return (six[Math.floor(i / each)] >> (bits * (i % each))) & ((1 << bits) - 1);
      return six
        .slice(i * letters, (i + 1) * letters)
        .reduce((sum, one, at) => sum + one * 64 ** at, 0);
    });
  }

  // The plans as columns: `y` row by row, `ranked` what rankings take, and of those with equal
  // objectives `of` which listed one each is, and what it adopts.
  function front({ decisions, equals, ids, objectives }) {
    const k = ids.length;
    const { count } = equals;
    const rows = (columns) => Array.from({ length: k }, (_, i) => columns.map((own) => own[i]));
    const y = rows(objectives.map(({ values }) => values));
    const near = objectives.some(({ exact }) => exact);
    return {
      ids,
      decisions,
      y,
      ranked: {
        ids,
        y: near ? rows(objectives.map(({ values, exact }) => (exact || { values }).values)) : y,
        bases: objectives.map(({ exact }) => (exact ? exact.base : 0)),
        exact: objectives.map(({ exact }) => Boolean(exact)),
        signs: objectives.map(({ sign }) => sign),
        ranges: objectives.map(({ range, exact }) => (exact || { range }).range),
        lengths: objectives.map(({ length }) => length),
        largest: objectives.map(({ largest }) => largest),
        flat: objectives.map(({ flat }) => flat),
      },
      equals: {
        of: positions(equals.of, k, count),
        adopted: Object.fromEntries(
          Object.entries(equals.adopted).map(([name, own]) => [name, positions(own, 2, count)]),
        ),
      },
    };
  }

  // All that is embedded, written out.
  function data(text) {
    const own = JSON.parse(text);
    own.ids = own.ids.split(" ");
    for (const one of own.objectives) {
      one.values = numbers(one.values);
      if (one.exact) one.exact.values = numbers(one.exact.values);
    }
    for (const one of Object.values(own.decisions))
      one.at = positions(one.at, one.cells.length, own.ids.length);
    const [first, ...others] = Object.values(own.words);
    for (const words of others)
      for (const key of ["charts", "pictures", "robust"])
        words[key] = changed(first[key], words[key]);
    return own;
  }

  // Something with what is to be changed in it; "" where something else stands in its place.
  function changed(base, changes) {
    if (typeof base !== "object" || base === null) return changes;
    if ("" in changes) return changes[""];
    const own = Array.isArray(base) ? [...base] : { ...base };
    for (const [key, value] of Object.entries(changes)) own[key] = changed(base[key], value);
    return own;
  }

  return { changed, data, front, numbers, positions };
})();
