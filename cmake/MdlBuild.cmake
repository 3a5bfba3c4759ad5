# Packages, flags and the functions that the folders' CMakeLists use.

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers need these two to be cached.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

find_package(MLIR 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19/lib/cmake/mlir NO_DEFAULT_PATH)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)
find_package(HalideHelpers REQUIRED CONFIG)
find_package(Halide 21 REQUIRED CONFIG)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
find_package(Threads REQUIRED)

# MLIR and LLVM, as archives at fixed addresses: their shared libraries cost 20 ms of relocation at each start of the commands
# (docs/decisions.md). MLIR's targets would bring LLVM's shared library with them, so their files are named.
get_property(mlir_targets GLOBAL PROPERTY MLIR_ALL_LIBS)
foreach(target IN LISTS mlir_targets)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    list(APPEND mlir_archives $<TARGET_FILE:${target}>)
  endif()
endforeach()
llvm_map_components_to_libnames(llvm_archives native orcjit passes)
add_library(mdl-mlir INTERFACE)
target_include_directories(mdl-mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_link_libraries(mdl-mlir INTERFACE -Wl,--start-group ${mlir_archives} -Wl,--end-group ${llvm_archives})
target_link_options(mdl-mlir INTERFACE -no-pie -Wl,--gc-sections -Wl,--as-needed)

# Fast to compile, fast enough to run; assertions stay on in our own code.
set(MDL_WARNINGS -Wall -Wextra -Wno-unused-parameter -Wno-comment)

# mdl_library(NAME SOURCES… [LINK libraries…] [MLIR] [DEPENDS targets…]): a static library of one stage of the compiler.
# With MLIR it gets LLVM's and MLIR's headers (precompiled) and the dialect's generated headers.
function(mdl_library name)
  cmake_parse_arguments(ARG "MLIR" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${MDL_WARNINGS})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_MLIR)
    target_compile_definitions(${name} PUBLIC ${LLVM_DEFINITIONS_LIST})
    target_link_libraries(${name} PUBLIC mdl-mlir)
    if(TARGET MdlPch AND NOT name STREQUAL "MdlPch")
      target_precompile_headers(${name} REUSE_FROM MdlPch)
    endif()
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()
