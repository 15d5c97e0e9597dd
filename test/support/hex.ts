/** Bytes of digits, between which blanks may stand. */
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
