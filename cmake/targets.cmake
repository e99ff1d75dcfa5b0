# The functions that folders make their targets with.

# A folder shows its headers through an include root of its own, which holds nothing but a link to the folder:
# what a source can include is what its target links, and a leftward include does not compile.
function(bertlet_show_headers target folder)
  set(root "${CMAKE_BINARY_DIR}/include/${folder}")
  file(MAKE_DIRECTORY "${root}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${folder}" "${root}/${folder}" SYMBOLIC)
  target_include_directories(${target} PUBLIC "${root}")
endfunction()

# bertlet_library(nn SOURCES … [KERNELS …] [DOT_KERNELS …] [FOLDERS core …] [PUBLIC …] [PRIVATE …])
# makes `nn` in float and `nn_double` from the same sources, linked to the same build of FOLDERS; PUBLIC and PRIVATE
# name libraries from outside. The double build renames the namespace, so one program can link both.
function(bertlet_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;KERNELS;DOT_KERNELS;FOLDERS;PUBLIC;PRIVATE")
  foreach(suffix IN ITEMS "" _double)
    set(target ${folder}${suffix})
    add_library(${target} STATIC ${arg_SOURCES})
    list(TRANSFORM arg_FOLDERS APPEND "${suffix}" OUTPUT_VARIABLE folders)
    target_link_libraries(${target} PUBLIC ${folders} ${arg_PUBLIC} PRIVATE bertlet_flags ${arg_PRIVATE})
    bertlet_show_headers(${target} ${folder})
    if(suffix)
      target_compile_definitions(${target} PUBLIC BERTLET_DOUBLE bertlet=bertlet_double)
      set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)  # built for whoever links it
      target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)  # it checks; nobody waits for it
    endif()
    bertlet_unity(${target})
    bertlet_precompile(${target})
    bertlet_kernels(${target} "v2;v3;v4" ${arg_KERNELS})
    bertlet_kernels(${target} "v4_vnni;v4_bf16" ${arg_DOT_KERNELS})
  endforeach()
endfunction()

# bertlet_embed(sources view/page.css bertlet::view::page_style) adds to the list a source that defines this name, declared
# `extern const char* const`, as the text of the file; it is made anew when the file changes.
function(bertlet_embed list file name)
  string(REGEX MATCH "^(.+)::(.+)$" name "${name}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${file}.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
// The text of @file@
namespace @CMAKE_MATCH_1@ {
extern const char* const @CMAKE_MATCH_2@;
const char* const @CMAKE_MATCH_2@ = R"embedded(@text@)embedded";
}  // namespace @CMAKE_MATCH_1@
]])
  set(${list} ${${list}} "${source}" PARENT_SCOPE)
endfunction()

# Several sources are compiled as one, which takes half the time; so no two of a target may give one name to two things.
function(bertlet_unity target)
  if(BERTLET_ALONE)
    list(TRANSFORM BERTLET_ALONE PREPEND "${CMAKE_SOURCE_DIR}/" OUTPUT_VARIABLE alone)
    set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${BERTLET_UNITY} UNITY_BUILD_BATCH_SIZE 16)
endfunction()

# What nearly every source reads first, most of all fmt, is read once: a third of the time of a build.
set(BERTLET_PRECOMPILED <algorithm> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <numeric> <optional>
  <set> <span> <string> <string_view> <vector> <fmt/format.h>)
function(bertlet_precompile target)
  if(target STREQUAL core)
    target_precompile_headers(${target} PRIVATE ${BERTLET_PRECOMPILED})
  else()
    target_precompile_headers(${target} REUSE_FROM core)
  endif()
endfunction()

set(BERTLET_ISA_v2 -march=x86-64-v2)
set(BERTLET_ISA_v3 -march=x86-64-v3)
set(BERTLET_ISA_v4 -march=x86-64-v4 -mprefer-vector-width=512)
set(BERTLET_ISA_v4_vnni ${BERTLET_ISA_v4} -mavx512vnni)
set(BERTLET_ISA_v4_bf16 ${BERTLET_ISA_v4_vnni} -mavx512bf16)

# Compiles the sources once per instruction set into the target. The flags keep bits independent of how memory is
# aligned and let loops vectorise that would otherwise stop for errno and floating-point traps, which nobody reads.
function(bertlet_kernels target isas)
  if(NOT ARGN)
    return()
  endif()
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(FILTER isas INCLUDE REGEX "^v2$")  # the plain build
  endif()
  foreach(isa IN LISTS isas)
    set(kernels ${target}_kernels_${isa})
    add_library(${kernels} OBJECT ${ARGN})
    target_compile_definitions(${kernels} PRIVATE BERTLET_KERNEL_ISA=${isa}
      $<TARGET_PROPERTY:${target},INTERFACE_COMPILE_DEFINITIONS>)
    target_include_directories(${kernels} PRIVATE $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
    target_link_libraries(${kernels} PRIVATE bertlet_flags)
    target_compile_options(${kernels} PRIVATE -fopenmp-simd -fno-math-errno -fno-trapping-math
      $<$<CONFIG:Release>:-O3>
      $<$<CXX_COMPILER_ID:GNU>:--param=vect-max-peeling-for-alignment=0>)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
      target_compile_options(${kernels} PRIVATE ${BERTLET_ISA_${isa}})
    endif()
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${kernels}>)
    set_property(GLOBAL APPEND PROPERTY BERTLET_KERNELS ${kernels})
  endforeach()
endfunction()
