// The filters of episodes, as they stand in addresses and in the API.

export const filterKeys = [
  'outcome',
  'class',
  'split',
  'type',
  'family',
  'task',
  'group',
  'policy',
  'iteration_from',
  'iteration_to',
  'forks',
  'q',
  'in',
];

export const filterNames = {
  outcome: 'Outcome',
  class: 'Failure class',
  split: 'Split',
  type: 'Task type',
  family: 'Family',
  task: 'Task',
  group: 'Group',
  policy: 'Policy',
  iteration_from: 'From iteration',
  iteration_to: 'To iteration',
  forks: 'Forks',
  q: 'Text',
  in: 'Text in',
};

// readFilters takes the filters from an address.
export function readFilters(params) {
  const out = {};
  for (const key of filterKeys) {
    const all = params.getAll(key).filter((v) => v !== '');
    if (all.length) out[key] = all;
  }
  return out;
}

// list remembers the list that was looked at last, so that an episode knows
// what "next" means and the way back leads to the same rows.
export const list = { run: '', filters: {}, sort: 'time', desc: '1', index: 0 };

export const filtersOf = (run) => (list.run === run ? list.filters : {});
