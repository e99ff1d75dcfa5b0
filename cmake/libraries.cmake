# What the project needs from outside, and the Debian package to name when it is missing.

function(bertlet_need found package)
  if(NOT ${found})
    message(FATAL_ERROR "bertlet needs ${package}: run `bash cmake/dependencies.sh build test`, "
      "or `apt-get install ${package}` on Debian and Ubuntu")
  endif()
endfunction()

find_package(Threads REQUIRED)

find_package(fmt QUIET CONFIG)
bertlet_need(fmt_FOUND libfmt-dev)

find_package(CLI11 QUIET CONFIG)
bertlet_need(CLI11_FOUND libcli11-dev)

# For a library that brings no files for CMake: bertlet_find(xxhash::xxhash xxhash xxhash.h libxxhash-dev [FOLDERS…])
# makes the target xxhash::xxhash.
function(bertlet_find target name header package)
  find_path(${name}_INCLUDE ${header} PATH_SUFFIXES ${ARGN})
  find_library(${name}_LIBRARY ${name} PATH_SUFFIXES ${ARGN})
  bertlet_need(${name}_LIBRARY ${package})
  bertlet_need(${name}_INCLUDE ${package})
  add_library(${target} UNKNOWN IMPORTED)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${${name}_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${${name}_INCLUDE}")
endfunction()

bertlet_find(utf8proc::utf8proc utf8proc utf8proc.h libutf8proc-dev)
bertlet_find(xxhash::xxhash xxhash xxhash.h libxxhash-dev)

if(BERTLET_TESTS)
  find_package(Catch2 QUIET CONFIG)
  find_package(nlohmann_json QUIET CONFIG)
  if(BERTLET_TESTS STREQUAL AUTO AND NOT (Catch2_FOUND AND nlohmann_json_FOUND))
    message(STATUS "The tests are left out: they need Catch2 (catch2) and nlohmann-json (nlohmann-json3-dev)")
    set(BERTLET_TESTS OFF)
  else()
    bertlet_need(Catch2_FOUND catch2)
    bertlet_need(nlohmann_json_FOUND nlohmann-json3-dev)
  endif()
endif()
