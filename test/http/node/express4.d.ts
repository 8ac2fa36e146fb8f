// The types of Express 4 are not installed; what the tests use of it is the same.
declare module "express4" {
  import express from "express";
  export = express;
}
