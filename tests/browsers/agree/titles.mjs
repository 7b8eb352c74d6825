// The browsers as people call them.
const TITLES = {
  chromium: 'Chromium', 'chromium-no3pc': 'Chromium without third-party cookies', firefox: 'Firefox', webkitgtk: 'WebKitGTK',
};

export const titleOf = (browser) => TITLES[browser];
