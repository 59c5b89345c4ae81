// Amounts as people read them. They come as text and exact; they are rounded here and nowhere else.

const LEAST = 1e-6;
const formats = new Map();

function formatOf(currency, places) {
  const key = `${currency} ${places}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat("en", { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: places }));
  return formats.get(key);
}

/** `$1,234.50`; of less than one dollar three digits that count: `$0.105`, `$0.00108`. */
export function money(amount, currency) {
  const size = Math.abs(Number(amount));
  if (!size) return formatOf(currency, 2).format(0);
  if (size < LEAST) return `< ${formatOf(currency, 6).format(LEAST)}`;
  return formatOf(currency, size >= 1 ? 2 : Math.max(2, Math.ceil(-Math.log10(size)) + 2)).format(amount);
}

/** All its digits. */
export const exactly = (amount, currency) => `${amount} ${currency}`;

const of = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const MONTH = of({ month: "long", year: "numeric" });
const SHORT = of({ month: "short" });
const DAY = of({ weekday: "short", day: "numeric", month: "short" });
const DATE = of({ dateStyle: "medium" });

export const monthName = (month) => MONTH.format(new Date(`${month}-01`));
/** `Oct`, for where the year stands beside it. */
export const shortMonth = (month) => SHORT.format(new Date(`${month}-01`));
export const dayName = (day) => DAY.format(new Date(day));
export const dateName = (day) => DATE.format(new Date(day));
