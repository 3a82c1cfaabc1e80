UPDATE item SET
  name = lower(replace(replace(replace(trim(name), ' ', '<>'), '><', ''), '<>', ' ')),
  note = coalesce(note, 'none');
