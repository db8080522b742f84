// A Code 128 of digits, as tills read it: two digits a symbol, each three bars and three gaps of 1 to 4 modules, 11 in all.

// Per symbol two digits of base 36: the first five widths, each less 1, in base 4; the sixth is what is left.
const packed = '7p9d9h1x213p2c2g449094as0m2a2e112p2t9w8y92849seqedg1g5esgggk7l7tb5093l3t0o40487caoaw0i0q420x154hf57eaq808882e9ehhteoewi8fk98ow050d1t255d5h0k0s282k5s5wck8wm8cg4w071v1z1g3438lgn4n87n8hlt030b3n1c1klclk0z1eeble7g787a';
const START = 105;
const STOP = [2, 3, 3, 1, 1, 1, 2];
const QUIET = 10; // modules on each side that a reader needs

function widths(symbol: number): number[] {
  const five = [...parseInt(packed.slice(symbol * 2, symbol * 2 + 2), 36).toString(4).padStart(5, '0')].map((digit) => Number(digit) + 1);
  return [...five, five.reduce((left, width) => left - width, 11)];
}

/** Draws an even number of digits. */
export function Bars({ digits }: { digits: string }) {
  const symbols = [START, ...digits.match(/../g)!.map(Number)];
  symbols.push(symbols.reduce((sum, symbol, i) => sum + symbol * Math.max(i, 1), 0) % 103);
  const all = [...symbols.flatMap(widths), ...STOP];
  let at = QUIET;
  let path = '';
  all.forEach((width, i) => {
    if (i % 2 === 0) path += `M${at} 0h${width}v1h-${width}z`;
    at += width;
  });
  return <svg class="code-bars" viewBox={`0 0 ${at + QUIET} 1`} preserveAspectRatio="none" role="img" aria-label={digits}><path d={path} fill="#000" /></svg>;
}
