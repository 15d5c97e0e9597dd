/**
 * The value that a field begins with which later holds times or positions. V8 gives a field that begins with a small integer
 * another representation when the first double comes, and then compiles all code anew that it had compiled for the
 * object: on a capture of 2 s or more, for every object on the way of a packet. It does the same at the first change of a
 * field that had been set once in every object, such as where a stream ends: given this and then its value, it has changed.
 */
export const NOT_YET = Number.NaN;
