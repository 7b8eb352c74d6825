// Set-Cookie lines: right ones, and the attributes one may get wrong.

const NAMES = ['sid', 'a', 'theme', 'token', 'lang'];
const SAME_SITES = ['None', 'Lax', 'Strict'];

export const anyName = (r) => r.pick(NAMES);
const value = (r) => String(r.int(100));

// One of each kind of SameSite, so that what is missing shows.
export function family(r, secure, { some = 6 } = {}) {
  const all = [
    'strict=1; SameSite=Strict', 'lax=1; SameSite=Lax', 'unset=1', 'odd=1; SameSite=Foo',
    ...(secure
      ? ['none=1; Secure; SameSite=None', 'part=1; Secure; SameSite=None; Partitioned']
      : ['none=1; SameSite=None']),
  ];
  const chosen = r.chance(0.6) ? all : r.some(all, Math.min(some, r.between(2, all.length)));
  return chosen.map((line) => (r.chance(0.08) ? `${line}; HttpOnly` : line));
}

// A line that a developer would write. Options: name, secure (the URL is https), cross (for other sites).
export function sane(r, { name = anyName(r), secure = true, cross = false } = {}) {
  const parts = [`${name}=${value(r)}`];
  const sameSite = cross ? 'None' : r.pick(['', ...SAME_SITES]);
  if (r.chance(0.4)) parts.push('Path=/');
  if (secure && (sameSite === 'None' || r.chance(0.5))) parts.push('Secure');
  if (r.chance(0.25)) parts.push('HttpOnly');
  if (sameSite) parts.push(`SameSite=${sameSite}`);
  if (secure && r.chance(0.12)) parts.push('Secure', 'Partitioned');
  if (r.chance(0.2)) parts.push('Max-Age=3600');
  return parts.join('; ');
}

export const SAME_SITE_ODDITIES = [
  'SameSite', 'SameSite=', 'SameSite=none', 'samesite=LAX', 'SameSite= Strict ', 'SameSite="None"', 'SameSite=Foo',
  'SameSite=Strict; SameSite=Lax', 'SameSite=Lax; SameSite=None', 'SameSite=Strict; SameSite=bogus', 'SameSite=None; SameSite',
  'Same-Site=None', 'SameSite=None,Lax', 'SameSite = None',
];

export const NAMES_AND_VALUES = [
  'a', '=a', '=', '', 'a=', '=a=b', 'a==b', 'a=b=c', ' a = b ', '\ta\t=\tb\t', 'a b=c d', '"a"="b"', 'a="b;c"', 'a="b', 'a=b,c=d',
  'a=b, c=d', 'a=1 ,2', '$Version=1', 'a[0]=1', '{a}=1', 'a=\\"', 'a=%20%00', 'ä=1', 'a=ü€', 'a=\u{1F36A}', 'A=1', 'a/b=1', 'a:b=1',
  'a@b=1', '(a)=1', "a'=1", 'a=<b>', 'a=b&c=d', 'a=' + 'x'.repeat(200), '__a=1', 'a.b=1', 'a-b=1', '#a=1', 'a?=1', 'a=1;;', 'a=1; ;',
  'a=1;=;', 'a=1; =x', ';', ' ', 'null', 'true', 'a\tb=1', 'a=1\t2', 'Path=/', 'Secure', 'Max-Age=5', '__Host-', '=__Secure-x', '__Secure-x',
  '=__Host-x=1', '=__hOsT-x', 'a=\u00a0b', '%61=1',
];
export const CONTROLS = [1, 2, 7, 8, 0x0b, 0x0c, 0x0e, 0x1f, 0x7f].map((c) => String.fromCharCode(c));

export const MAX_AGES = [
  '0', '-1', '-', '+60', '60', '060', '3600 ', ' 3600', '3600.5', '1e3', '"60"', '', 'abc', '60s', '34560000', '34560001', '99999999999', '-99999999999999999999',
  '99999999999999999999999', '--1', '-0', '00', '6 0', '0x10', '²', '-abc', '60,', '- 1',
];

export const ATTRIBUTE_ODDITIES = [
  'Secure=false', 'secure', 'SECURE', 'Secure=', 'HttpOnly=false', 'httponly', 'HTTPONLY=', 'Partitioned=false', 'Priority=High', 'Unknown=1', 'Version=1',
  'Comment="a;b"', 'Secure HttpOnly', 'Secure,HttpOnly', 'Path', 'Domain', 'Expires', 'Max-Age', '"Secure"', ' Secure ', 'Http-Only', 'Path =/', ' path = / ',
];
