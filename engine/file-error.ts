/** What the commonest errors of files mean. */
const WORDS: Readonly<Record<string, string>> = {
	EACCES: 'permission denied',
	EBADF: 'not open for writing',
	EDQUOT: 'disk quota exceeded',
	EFBIG: 'larger than the limit for files (ulimit -f), or than the file system takes',
	EIO: 'input/output error',
	EISDIR: 'it is a directory',
	ELOOP: 'its symbolic links lead in a circle',
	ENOENT: 'no such file or directory',
	ENOSPC: 'disk full',
	ENOTDIR: 'a part of the path is no directory',
	EPERM: 'operation not permitted',
	EROFS: 'read-only file system',
};

/** The errno name of a failed file operation, or an empty text. */
export const errnoName = (error: unknown): string =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Why a file operation failed, in words. */
export const reasonOf = (error: unknown): string => {
	const code = errnoName(error);
	return WORDS[code] ?? (code || String(error));
};
