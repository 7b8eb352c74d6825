// A journey's name is family:seed:number.
export const familyOf = (id) => id.split(':')[0];
