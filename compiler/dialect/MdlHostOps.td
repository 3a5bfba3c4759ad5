// The mdl dialect: kernels, launches, calls of the runtime (included by MdlOps.td).
