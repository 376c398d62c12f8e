/** DocumentTools */
export const DOCUMENTS = Symbol('documents');
