// What a terminal may be given of what others wrote.

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function escaped(char) {
  const code = char.codePointAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Control and direction characters as text. */
export const visible = (text) => String(text).replace(HIDDEN, escaped);

/** Broken at blanks, further lines indented. */
export function wrapped(text, width, indent = '') {
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length ? indent + word : word);
  }
  return lines.join('\n');
}
