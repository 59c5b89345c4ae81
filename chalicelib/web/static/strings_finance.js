// The words of the costs.

import { plural, strings } from "./strings.js";

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const count = (number) => COUNT.format(number);
export const percent = (share) => (share && Math.abs(share) < 0.0005 ? "< 0.1 %" : `${COUNT.format(share * 100)} %`);

export const words = {
  heading: "Costs",
  paging: "Months",
  earlier: (month) => `‹ ${month}`,
  later: (month) => `${month} ›`,
  loading: "Opening the books…",
  failed: (why) => `The books could not be opened: ${why}`,
  again: "Try again",
  asOf: (at) => `As of ${at}. Hours that are over are added up once an hour; days and months are those of UTC.`,

  none: (month) => `Nothing is in the books for ${month}.`,
  noneNow: "The first figures come when an hour is over and added up. Nothing is lost meanwhile.",
  noneThen: "Costs are counted from the day on which this version was installed.",

  total: (month, isRunning) => (isRunning ? `${month} to date` : month),
  states: {
    running: "The month is running: figures grow until it is over.",
    estimated: "Estimated: all is metered; what is charged is not known for every day yet.",
    final: "Final: every day was compared with what was charged.",
  },
  dayStates: { running: "running", estimated: "estimated", final: "final" },
  forecast: "Expected by the end of the month",
  band: (low, high, coverage) => `between ${low} and ${high} in ${percent(coverage)} of all months`,
  noForecast: (why) => `No forecast yet${why && `: ${why}`}.`,
  method: (method, days) => `${upper(method).replace(/\.?$/, ".")} It stands on ${plural(days, "full day", "full days")}.`,

  missing: "What these figures do not know",
  unpriced: (sku, quantity, country) => `${quantity} × ${sku}${country && ` (${country})`}: nobody knows a price. It is in no amount, and it is not free.`,
  stale: (sku, version, seen) => `${sku}: its price (${version}) was last looked at on ${seen}, more than 90 days ago.`,
  remedy: "Set a price under finance.prices in the configuration.",

  chart: {
    heading: "Day by day",
    label: (month, days, most, on) => `${month}, day by day: ${plural(days, "day", "days")}, the dearest ${most} on ${on}. The table below has every day.`,
    rate: (amount, low, high) => `expected on each day to come: ${amount}, between ${low} and ${high}`,
    table: "Days as a table",
    day: "Day",
    amount: "Amount",
    state: "State",
    partly: "not all of it has a price",
  },

  budgets: {
    heading: "Budgets",
    names: { whole: "Everything", sms: "SMS" },
    reading: (name) => `Reading ${name}`,
    spent: (spent, most, share) => `${spent} of ${most} spent (${share})`,
    expected: (amount) => `, ${amount} expected by the end of the month`,
    usedUp: "Used up.",
    over: (amount) => `Used up, and exceeded by ${amount}.`,
    foretold: "It will be exceeded if this goes on.",
    stops: (name) => `SMS stop when it is used up, pages too${name && `: ${name} has confirmed that`}.`,
    slows: "The source is read less to stay within it.",
    none: "No budget is set. Whoever sets one under finance.budgets is told before it is used up.",
  },
  sms: { heading: "SMS", sentence: (says) => upper(says).replace(/\.?$/, ".") },

  splits: {
    features: "For what", sources: "By source", brands: "By brand", groups: "By what is paid for",
    hint: "Each of these splits the same money another way. Press an amount for what is behind it.",
    name: "Name", amount: "Amount", share: "Share",
    none: { features: "nothing in particular", sources: "for no source alone", brands: "for no brand alone" },
    skus: (title) => `${title}, in detail`,
  },
  features: {
    listening: "Listening", judging: "Judging", waking: "Waking", answering: "Answering", viewing: "Pages of agents",
    telling: "Other desks (webhooks)", watching: "Watching over tonight", accounting: "Accounting", standing: "Standing costs",
  },
  groups: {
    lambda: "Functions (Lambda)", dynamodb: "Database (DynamoDB)", sqs: "Queues (SQS)", sms: "SMS", sns: "Topics (SNS)", ses: "E-mail (SES)",
    api: "Requests (API Gateway)", logs: "Logs (CloudWatch)", cloudwatch: "Alarms and metrics (CloudWatch)", transfer: "Data sent out",
    s3: "Files (S3)", kms: "Keys (KMS)", bedrock: "Language models (Bedrock)", "cost-explorer": "Cost Explorer", x: "X", foursquare: "Foursquare",
    yelp: "Yelp", unexplained: "Unexplained",
  },

  units: {
    heading: "What one of it costs",
    hint: "Direct is what was used for it alone; shared is its part of what is used for more than it. Each line looks at the same money from another side: they do not add up.",
    unit: "One…", each: "costs", direct: "direct", shared: "shared",
    named: (unit, title) => upper(title ? `${unit} ${title}` : unit),
    counted: (number, what) => `${number} ${what || "of them"}`,
    noneOf: (reason) => `No figure: ${reason}.`,
    rule: "How it is shared",
    of: (what) => `How it is shared: ${what}`,
  },

  bill: {
    heading: "Beside the bill",
    none: "Nothing was compared yet. Name where the bill stands under finance.bill; it is read once a day.",
    sum: (charged, metered, apart) => `${charged} charged for what we metered at ${metered}${apart && `: ${apart} apart`}.`,
    unexplained: (amount) => `${amount} of it is unexplained.`,
    explained: "All of it is explained.",
    well: "No day is more than 5 % off.",
    flagged: (number) => `${plural(number, "line is", "lines are")} more than 5 % off:`,
    flag: (what, on, charged, metered) => `${what}, ${on}: ${charged} charged, ${metered} metered.`,
    reason: (why) => upper(why).replace(/\.?$/, "."),
    all: "Every day and kind",
    period: "Day", group: "What", metered: "Metered", charged: "Charged", difference: "Difference", why: "Why",
    unknown: "not known yet",
    says: { "cost-explorer": "Cost Explorer", "focus-export": "FOCUS export", "sms-report": "SMS usage report", receipt: "delivery receipts" },
    state: (state, by) => [words.dayStates[state] ?? state, by && (words.bill.says[by] ?? by)].filter(Boolean).join(", "),
  },

  rows: {
    open: (amount, what) => [amount, `: what is behind it, ${what}`],
    everything: (month) => `everything in ${month}`,
    loading: "Loading…",
    failed: (why) => `The rows could not be loaded: ${why}`,
    sum: (amount, number) => `${amount} in ${plural(number, "row", "rows")}, newest day first.`,
    none: "There is no row.",
    more: "Show more",
    close: "Close",
    product: (quantity, unit, price, per) => `${quantity}${unit && ` ${unit}${quantity === "1" ? "" : "s"}`} × ${price}${per === 1 ? "" : ` / ${per.toLocaleString("en")}`}`,
    noPrice: (quantity) => `${quantity} × no known price`,
    price: (kind, since, seen) => `${words.rows.kinds[kind] ?? kind} price since ${since}, last looked at ${seen}: `,
    kinds: { list: "List", configured: "Your", observed: "Charged" },
    isStale: "doubtful, more than 90 days old",
    noAmount: "not known",
  },

  exporting: {
    heading: "Take it away",
    hint: "Row by row, with quantities and prices: plain CSV for a spreadsheet; FOCUS 1.2 for FinOps tools.",
    csv: "CSV",
    focus: "FOCUS (CSV)",
    print: "Print",
    loading: (number) => (number ? `${plural(number, "row", "rows")} so far…` : "Asking for the rows…"),
    failed: (why) => `The table could not be made: ${why}`,
  },

  whatIf: "What if…",

  offline: "You are offline. What you see stays; nothing new can be asked for.",
  nav: { label: strings.nav.label, costs: "Costs", sources: "Sources" },
};
