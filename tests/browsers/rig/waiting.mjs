// Waiting for things.

export function sleep(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something is so; false when it took too long. */
export async function until(isSo, ms) {
    const end = performance.now() + ms;
    while (!isSo()) {
        if (performance.now() > end) return false;
        await sleep(2);
    }
    return true;
}
