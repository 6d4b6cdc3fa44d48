/** Style files, which the bundler gathers into one. */
declare module "*.css";
