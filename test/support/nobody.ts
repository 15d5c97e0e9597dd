/** The user without rights, who owns nothing. */
export const NOBODY = 65534;

/** What stands before a command that runs as that user, with one capability. */
const asNobody = (capability: string): readonly [string, ...string[]] => [
	'setpriv',
	`--reuid=${NOBODY}`,
	`--regid=${NOBODY}`,
	'--clear-groups',
	`--inh-caps=+${capability}`,
	`--ambient-caps=+${capability}`,
];

/** Besides, it may read and search folders: the tree may lie in one that is closed to others, as that of `mktemp -d` is. */
export const AS_NOBODY = asNobody('dac_read_search');

/** No file is closed to it, as those of a clone made under `umask 077` are to others: what it lacks are the rights to capture. */
export const WITHOUT_ROOT = asNobody('dac_override');
