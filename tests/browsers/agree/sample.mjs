// The fixed sample: what of a result has passed, failed, or was skipped.

export const SAMPLE = {
  seed: 'sample', browsers: { chromium: 150, 'chromium-no3pc': 50, firefox: 150, webkitgtk: 150 },
  budget_s: 280, // of all browsers together
};

// A loaded machine makes a browser stumble now and then; more often than this it is the rig that stumbles.
export const STUMBLES_MAX = 6;

/** {passed, failed, skipped, words}: what else there is to say. */
export function account(result) {
  const unreached = result.rows - result.ran - result.errors.length;
  const stumbles = result.flakes.length + result.errors.length;
  const sum = { passed: result.agreeing, failed: result.differences.length, skipped: 0, words: [] };
  if (result.flakes.length) sum.words.push(`flakes, not the same twice: ${result.flakes.join(' ')}`);
  for (const { id, rig_error: error } of result.errors) sum.words.push(`not run: ${id}: ${error}`);
  if (unreached) sum.words.push(`not reached in time: ${unreached}`);
  if (stumbles > STUMBLES_MAX) sum.words.push(`more than ${STUMBLES_MAX} flakes and journeys not run: these count as failed`);
  sum[stumbles > STUMBLES_MAX ? 'failed' : 'skipped'] += stumbles;
  sum[result.ran === 0 ? 'failed' : 'skipped'] += unreached;
  return sum;
}
