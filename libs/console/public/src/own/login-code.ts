/** Apart, so that nobody loads the login before it is needed. */
export { logIn } from '@tongban/console/session';
