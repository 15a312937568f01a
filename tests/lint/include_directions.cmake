# cmake -DROOT= -P include_directions.cmake: fails where a file includes what lies above its layer.
#
# Arrows point down: main -> app -> {http, work, store/sqlite} -> {store, push, limit} -> {metrics} -> {base} -> include;
# folders of one layer know nothing of each other.

cmake_minimum_required(VERSION 3.25)

set(below_base "")
set(below_metrics base)
set(below_limit base metrics)
set(below_push base metrics)
set(below_store base metrics)
set(below_store/sqlite base metrics limit push store)
set(below_work base metrics limit push store)
set(below_http base metrics limit push store)
set(below_app base metrics limit push store store/sqlite work http)
set(below_main ${below_app} app)

# A library that one folder wraps for all others: PATTERN FOLDER...
set(wrapped "^sqlite3\\.h$" store/sqlite "^prometheus/" metrics "^toml\\+\\+/" app "^CLI/" app "^gumbo\\.h$" work "^magic\\.h$" base)

# What include/jobcast/ may use besides itself: standard headers, which have no dot or slash, and the values of Boost.System.
set(include_may "^[a-z_0-9]+$|^boost/(system|assert)/|^jobcast/")

set(problems "")
set(checked 0)

# The folder that owns a file, such as "store/sqlite" or "http"; "main" for src/main.cpp.
function(layer_of out path)
  if(path MATCHES "^store/sqlite/")
    set(layer "store/sqlite")
  elseif(path MATCHES "^([^/]+)/")
    set(layer "${CMAKE_MATCH_1}")
  else()
    set(layer "main")
  endif()
  set(${out} "${layer}" PARENT_SCOPE)
endfunction()

# Reads the names that `file` includes into `out`.
function(includes_of out file)
  file(STRINGS "${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
  list(TRANSFORM lines REPLACE "^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"].*$" "\\1")
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

macro(problem text)
  string(APPEND problems "  ${text}\n")
endmacro()

file(GLOB_RECURSE headers RELATIVE "${ROOT}/include" "${ROOT}/include/*.hpp")
foreach(file IN LISTS headers)
  math(EXPR checked "${checked} + 1")
  includes_of(names "${ROOT}/include/${file}")
  foreach(name IN LISTS names)
    if(NOT name MATCHES "${include_may}")
      problem("include/${file} includes ${name}: only the standard library, Boost.System and jobcast/ may be in include/")
    elseif(name MATCHES "^jobcast/" AND NOT EXISTS "${ROOT}/include/${name}")
      problem("include/${file} includes ${name}, which is not in include/")
    endif()
  endforeach()
endforeach()

file(GLOB_RECURSE files RELATIVE "${ROOT}/src" "${ROOT}/src/*.cpp" "${ROOT}/src/*.hpp")
foreach(file IN LISTS files)
  math(EXPR checked "${checked} + 1")
  layer_of(layer "${file}")
  if(NOT DEFINED below_${layer})
    problem("src/${file}: tests/lint/include_directions.cmake knows no layer for the folder ${layer}")
    continue()
  endif()
  includes_of(names "${ROOT}/src/${file}")
  foreach(name IN LISTS names)
    if(EXISTS "${ROOT}/src/${name}")
      layer_of(target "${name}")
      if(NOT target STREQUAL layer AND NOT target IN_LIST below_${layer})
        problem("src/${file} includes ${name}: ${layer} may not know ${target}")
      endif()
    elseif(name MATCHES "\\.hpp$" AND name MATCHES "^[a-z_]+\\.hpp$")
      problem("src/${file} includes ${name}: name the folder too, as in \"${layer}/${name}\"")
    endif()
    set(rule ${wrapped})
    while(rule)
      list(POP_FRONT rule pattern owner)
      if(name MATCHES "${pattern}" AND NOT layer STREQUAL owner)
        problem("src/${file} includes ${name}: only ${owner} uses that library")
      endif()
    endwhile()
  endforeach()
endforeach()

if(checked EQUAL 0)
  message(FATAL_ERROR "No source files in ${ROOT}/src and ${ROOT}/include")
endif()
if(problems)
  message(FATAL_ERROR "Includes against the layers:\n${problems}")
endif()
message(STATUS "${checked} files include only what lies at or below their layer")
