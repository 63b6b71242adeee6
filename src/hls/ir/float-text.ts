/** Numbers as C's printf writes them: from their exact value, halves to even. All of a finite number that is not negative. */

/** The number as `significand * 2 ** exponent`. */
function decompose(value: number): { significand: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const field = Number(bits >> 52n) & 0x7ff;
  const fraction = bits & ((1n << 52n) - 1n);
  return { significand: field === 0 ? fraction : fraction | (1n << 52n), exponent: Math.max(field, 1) - 1075 };
}

/** numerator / denominator, rounded, halves to even. */
function divide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient & 1n) ? quotient + 1n : quotient;
}

/** value * 10 ** power, rounded to a whole number. */
function scaled(value: number, power: number): bigint {
  const { significand, exponent } = decompose(value);
  const over = (power > 0 ? 10n ** BigInt(power) : 1n) << BigInt(Math.max(exponent, 0));
  const under = (power < 0 ? 10n ** BigInt(-power) : 1n) << BigInt(Math.max(-exponent, 0));
  return divide(significand * over, under);
}

/** `%f` */
export function formatDecimal(value: number, precision: number, keepsPoint: boolean): string {
  const digits = scaled(value, precision)
    .toString()
    .padStart(precision + 1, "0");
  return withPoint(digits.slice(0, digits.length - precision), digits.slice(digits.length - precision), keepsPoint);
}

/** The first `count` decimal digits and the exponent of ten of the first one. */
function significant(value: number, count: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: "0".repeat(count), exponent: 0 };
  // The logarithm may be off by one either way, and rounding up may give a digit more.
  for (let exponent = Math.floor(Math.log10(value)) - 1; ; exponent++) {
    const digits = scaled(value, count - 1 - exponent).toString();
    if (digits.length === count) return { digits, exponent };
  }
}

/** `%e` */
export function formatExponent(value: number, precision: number, keepsPoint: boolean): string {
  const { digits, exponent } = significant(value, precision + 1);
  return withPoint(digits.slice(0, 1), digits.slice(1), keepsPoint) + exponentText(exponent);
}

/** `%g` */
export function formatGeneral(value: number, precision: number, keepsZeros: boolean): string {
  const count = Math.max(precision, 1);
  const { digits, exponent } = significant(value, count);
  const isPlain = exponent >= -4 && exponent < count;
  const whole = isPlain ? (exponent < 0 ? "0" : digits.slice(0, exponent + 1)) : digits.slice(0, 1);
  const rest = isPlain
    ? exponent < 0
      ? "0".repeat(-exponent - 1) + digits
      : digits.slice(exponent + 1)
    : digits.slice(1);
  const text = withPoint(whole, keepsZeros ? rest : rest.replace(/0+$/, ""), keepsZeros);
  return isPlain ? text : text + exponentText(exponent);
}

const exponentText = (exponent: number) =>
  `e${exponent < 0 ? "-" : "+"}${Math.abs(exponent).toString().padStart(2, "0")}`;

/** `%a` without its 0x. As many digits as it takes when no precision is given. */
export function formatHexFloat(value: number, precision: number | undefined, keepsPoint: boolean): string {
  const { significand, exponent } = decompose(value);
  let [digits, power] = [significand, exponent + 52];
  if (value === 0) power = 0;
  if (precision !== undefined && precision < 13) {
    const dropped = BigInt(4 * (13 - precision));
    digits = divide(digits, 1n << dropped) << dropped;
  }
  const fraction = (digits & ((1n << 52n) - 1n)).toString(16).padStart(13, "0");
  const rest =
    precision === undefined ? fraction.replace(/0+$/, "") : fraction.slice(0, precision).padEnd(precision, "0");
  return `${withPoint((digits >> 52n).toString(), rest, keepsPoint)}p${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}

const withPoint = (whole: string, rest: string, keepsPoint: boolean) =>
  rest !== "" || keepsPoint ? `${whole}.${rest}` : whole;
