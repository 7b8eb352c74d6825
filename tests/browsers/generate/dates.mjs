// Cookie dates: the HTTP date forms, and what people write instead.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (n) => String(n).padStart(2, '0');

// Never within a year of the sample's age: near dates would change their meaning with the day.
function parts(r) {
  const year = r.weighted({ 2027: 6, 2028: 2, 2037: 1, 2039: 1, 1999: 2, 1971: 1, 2100: 1 });
  const date = new Date(Date.UTC(Number(year), r.int(6), r.between(1, 28), r.int(24), r.int(60), r.int(60)));
  return {
    weekday: DAYS[date.getUTCDay()], longWeekday: LONG_DAYS[date.getUTCDay()], day: two(date.getUTCDate()),
    month: MONTHS[date.getUTCMonth()], longMonth: LONG_MONTHS[date.getUTCMonth()], number: two(date.getUTCMonth() + 1), year,
    time: date.toISOString().slice(11, 19), zone: 'GMT',
  };
}

const FORMS = {
  'imf-fixdate': (p) => `${p.weekday}, ${p.day} ${p.month} ${p.year} ${p.time} ${p.zone}`,
  netscape: (p) => `${p.weekday}, ${p.day}-${p.month}-${p.year} ${p.time} ${p.zone}`,
  rfc850: (p) => `${p.longWeekday}, ${p.day}-${p.month}-${p.year.slice(-2)} ${p.time} ${p.zone}`,
  asctime: (p) => `${p.weekday} ${p.month} ${p.day} ${p.time} ${p.year}`,
};
const OTHER_FORMS = {
  iso: (p) => `${p.year}-${p.number}-${p.day}T${p.time}Z`,
  'iso with a space': (p) => `${p.year}-${p.number}-${p.day} ${p.time}`,
  slashes: (p) => `${p.number}/${p.day}/${p.year} ${p.time}`,
  javascript: (p) => `${p.weekday} ${p.month} ${p.day} ${p.year} ${p.time} GMT+0100`,
  'time first': (p) => `${p.time} ${p.day} ${p.month} ${p.year}`,
  'year first': (p) => `${p.year} ${p.month} ${p.day} ${p.time}`,
  'month first': (p) => `${p.month} ${p.day}, ${p.year} ${p.time}`,
  'no time': (p) => `${p.day} ${p.month} ${p.year}`,
  epoch: () => '1893456000',
  word: () => 'never',
  zero: () => '0',
  minus: () => '-1',
  empty: () => '',
};

const FLAWS = [
  (r, p) => { p.zone = r.pick(['+0500', '-0800', 'PST', 'EST', 'UTC', 'Z', '', 'CET', 'gmt', 'GMT+1']); },
  (r, p) => { p.weekday = r.pick(DAYS); },
  (r, p) => { p.weekday = 'Foo'; },
  (r, p) => { p.month = p.longMonth; },
  (r, p) => { p.month = p.month.toLowerCase(); },
  (r, p) => { p.month = p.month.toUpperCase(); },
  (r, p) => { p.month = r.pick(['Foo', 'J', 'Ja', 'Janx', '01']); },
  (r, p) => { p.day = r.pick(['0', '00', '31', '32', '1', '001', '9', '30', '29', '1st']); },
  (r, p) => { p.month = 'Feb'; p.day = r.pick(['28', '29', '30', '31']); },
  (r, p) => { p.time = r.pick(['24:00:00', '23:59:60', '12:00:61', '12:60:00', '12:00', '1:2:3', '12', '00:00:00', '12:00:00.5', '12:00:00:00', '12.00.00', '123:00:00', '12:00:00PM']); },
  (r, p) => { p.year = r.pick(['27', '69', '70', '99', '00', '68', '127', '1600', '1601', '1500', '9999', '10000', '02027', '2', '0', '1969', '1899']); },
];

export function date(r) {
  const p = parts(r);
  const flaws = r.flaws();
  for (let i = 0; i < flaws; i++) r.pick(FLAWS)(r, p);
  const forms = r.chance(0.8) ? FORMS : OTHER_FORMS;
  let text = forms[r.pick(Object.keys(forms))](p);
  if (r.chance(0.08)) text = text.replaceAll(' ', r.pick(['  ', '-', '\t', '+', ',', '_']));
  if (r.chance(0.05)) text = `"${text}"`;
  if (r.chance(0.05)) text += r.pick([' junk', ' 2030', ' 12:00:00', ' Dec', ',']);
  return text;
}

export const rightDate = (r) => FORMS['imf-fixdate'](parts(r));
