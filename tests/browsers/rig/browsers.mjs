// The browsers by name. Drivers are loaded when asked for: each brings its own client library.

export const BROWSERS = {
    chromium: ['./browser_chromium.mjs', 'Chromium'],
    'chromium-no3pc': ['./browser_chromium.mjs', 'Chromium'],
    firefox: ['./browser_firefox.mjs', 'Firefox'],
    webkitgtk: ['./browser_webkitgtk.mjs', 'WebKitGtk'],
};

export async function driverOf(variant) {
    const [file, name] = BROWSERS[variant];
    return (await import(file))[name];
}

export async function openBrowser(variant, rig) {
    const Driver = await driverOf(variant);
    return new Driver({...rig, variant});
}
