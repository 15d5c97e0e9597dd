/** The user without rights, who owns nothing. */
export const NOBODY = 65534;

/**
 * What stands before a command that runs as that user. All it may do besides is read and search folders
 * (CAP_DAC_READ_SEARCH): the tree may lie in one that is closed to others, as that of `mktemp -d` is.
 */
export const AS_NOBODY = [
	'setpriv',
	`--reuid=${NOBODY}`,
	`--regid=${NOBODY}`,
	'--clear-groups',
	'--inh-caps=+dac_read_search',
	'--ambient-caps=+dac_read_search',
] as const;
