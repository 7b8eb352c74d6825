// What must be on the machine before a browser can be driven, each with the package that brings it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { BROWSERS, driverOf } from '../rig/browsers.mjs';
import { isolation } from '../rig/world.mjs';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const PLACES = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', ...(process.env.PATH ?? '').split(':')];
const hasCommand = (name) => PLACES.some((place) => existsSync(join(place, name)));

const COMMANDS = [['unshare', 'util-linux'], ['mount', 'mount'], ['ip', 'iproute2'], ['openssl', 'openssl']];
const NEEDS = {
  chromium: { package: 'chromium', library: 'puppeteer-core', commands: [['certutil', 'libnss3-tools']] },
  firefox: { package: 'firefox-esr', library: 'puppeteer-core', commands: [['certutil', 'libnss3-tools']] },
  webkitgtk: { package: 'webkit2gtk-driver', library: 'selenium-webdriver', commands: [['Xvfb', 'xvfb']] },
};

const NO_WORLD = 'the browser needs a network of its own, so that nothing of the journey leaves this machine: run as root, ' +
  'or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or ' +
  'kernel.apparmor_restrict_unprivileged_userns=0; in a container: --privileged)';

/** One line that says what is missing and how to get it, or null. */
export async function missing(browser) {
  const needs = NEEDS[browser.replace(/-.*/, '')];
  if (!existsSync(join(HERE, 'node_modules', needs.library, 'package.json'))) {
    return `the library that drives the browser is not installed: npm ci --ignore-scripts --prefix ${HERE.replace(/\/$/, '')}`;
  }
  const packages = [...COMMANDS, ...needs.commands].filter(([command]) => !hasCommand(command)).map(([, name]) => name);
  if (browser in BROWSERS && (await driverOf(browser)).missing()) packages.unshift(needs.package);
  if (packages.length > 0) return `not installed: ${packages.join(', ')}: apt-get install ${packages.join(' ')}`;
  return isolation() ? null : NO_WORLD;
}
