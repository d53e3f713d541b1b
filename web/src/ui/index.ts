/** The pieces that every screen is made of. */
export * from "./basic";
export * from "./chart";
export * from "./combo";
export * from "./cover";
export * from "./dialog";
export * from "./figure";
export * from "./menu";
export * from "./slider";
export * from "./state";
export * from "./table";
export * from "./tabs";
export * from "./toast";
export * from "./told";
