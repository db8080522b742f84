// A Code 128 of digits, as tills read it: two digits a symbol, each three bars and three gaps of 1 to 4 modules, 11 in all.
import { h } from './dom.js';

// Per symbol two digits of base 36: the first five widths, each less 1, in base 4; the sixth is what is left.
const packed = '7p9d9h1x213p2c2g449094as0m2a2e112p2t9w8y92849seqedg1g5esgggk7l7tb5093l3t0o40487caoaw0i0q420x154hf57eaq808882e9ehhteoewi8fk98ow050d1t255d5h0k0s282k5s5wck8wm8cg4w071v1z1g3438lgn4n87n8hlt030b3n1c1klclk0z1eeble7g787a';
const [startC, stop] = [105, [2, 3, 3, 1, 1, 1, 2]];

function widths(symbol) {
  const five = [...parseInt(packed.substr(symbol * 2, 2), 36).toString(4).padStart(5, '0')].map((digit) => Number(digit) + 1);
  return [...five, five.reduce((left, width) => left - width, 11)];
}

// bars draws an even number of digits, with the quiet zones that a reader needs.
export function bars(digits) {
  const symbols = [startC, ...digits.match(/../g).map(Number)];
  symbols.push(symbols.reduce((sum, symbol, i) => sum + symbol * Math.max(i, 1), 0) % 103);
  const all = [...symbols.flatMap(widths), ...stop];
  const canvas = h('canvas', { width: all.reduce((sum, width) => sum + width, 20), height: 1, role: 'img', 'aria-label': digits });
  const paint = canvas.getContext('2d');
  let x = 10;
  all.forEach((width, i) => {
    if (i % 2 === 0) paint.fillRect(x, 0, width, 1);
    x += width;
  });
  return canvas;
}
