import { createContext, useContext } from 'react';

export const KioskContext = createContext(false);

/** Whether the page stands at a terminal that one person after the other uses. */
export const useKiosk = (): boolean => useContext(KioskContext);
