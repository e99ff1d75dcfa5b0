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

find_package(nlohmann_json QUIET CONFIG)
bertlet_need(nlohmann_json_FOUND nlohmann-json3-dev)

# Searched for by hand: its cblas.h must be OpenBLAS's own, which has openblas_set_num_threads, and not another BLAS's.
find_path(OPENBLAS_INCLUDE openblas_config.h PATH_SUFFIXES openblas-pthread openblas)
find_library(OPENBLAS_LIBRARY openblas PATH_SUFFIXES openblas-pthread)
bertlet_need(OPENBLAS_LIBRARY libopenblas-dev)
bertlet_need(OPENBLAS_INCLUDE libopenblas-dev)
add_library(OpenBLAS::OpenBLAS UNKNOWN IMPORTED)
set_target_properties(OpenBLAS::OpenBLAS PROPERTIES
  IMPORTED_LOCATION "${OPENBLAS_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${OPENBLAS_INCLUDE}")

find_path(UTF8PROC_INCLUDE utf8proc.h)
find_library(UTF8PROC_LIBRARY utf8proc)
bertlet_need(UTF8PROC_LIBRARY libutf8proc-dev)
bertlet_need(UTF8PROC_INCLUDE libutf8proc-dev)
add_library(utf8proc::utf8proc UNKNOWN IMPORTED)
set_target_properties(utf8proc::utf8proc PROPERTIES
  IMPORTED_LOCATION "${UTF8PROC_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${UTF8PROC_INCLUDE}")

if(BERTLET_TESTS)
  find_package(Catch2 QUIET CONFIG)
  if(BERTLET_TESTS STREQUAL AUTO AND NOT Catch2_FOUND)
    message(STATUS "The tests are left out: they need Catch2 (catch2)")
    set(BERTLET_TESTS OFF)
  else()
    bertlet_need(Catch2_FOUND catch2)
  endif()
endif()
