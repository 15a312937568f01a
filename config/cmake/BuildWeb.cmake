# cmake -DWEB= -DNPM= -DSOURCES= -DDIST= -DOUT= -P BuildWeb.cmake
#
# Leaves in OUT a copy of the built pages: of DIST where that is given, else of WEB/app/dist, which npm builds first
# if a file named in the list SOURCES changed since. Build directories share web/, so a lock lets one in at a time, and
# each keeps its own copy, since the next one may build anew while the first still reads.

cmake_minimum_required(VERSION 3.25)

function(run_npm)
  execute_process(COMMAND "${NPM}" ${ARGN} WORKING_DIRECTORY "${WEB}"
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message("${output}")
    message(FATAL_ERROR "npm ${command} failed in ${WEB}; what it said is above.")
  endif()
endfunction()

# Writes into `out` one hash over names and contents of the files given.
function(hash_files out)
  set(all "")
  foreach(path IN LISTS ARGN)
    file(SHA256 "${path}" hash)
    string(APPEND all "${path} ${hash}\n")
  endforeach()
  string(SHA256 all "${all}")
  set(${out} "${all}" PARENT_SCOPE)
endfunction()

# TRUE in `out` where `stamp` holds exactly `text`.
function(is_stamped out stamp text)
  set(${out} FALSE PARENT_SCOPE)
  if(EXISTS "${stamp}")
    file(READ "${stamp}" content)
    if(content STREQUAL text)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

if(NPM)
  file(LOCK "${WEB}/.build.lock" GUARD PROCESS TIMEOUT 900)
  file(STRINGS "${SOURCES}" sources)

  # npm ci empties node_modules, the stamps with it.
  set(installed_stamp "${WEB}/node_modules/.jobcast-installed")
  file(GLOB manifests "${WEB}/package.json" "${WEB}/app/package.json" "${WEB}/packages/*/package.json")
  hash_files(installed "${WEB}/package-lock.json" ${manifests})
  is_stamped(up_to_date "${installed_stamp}" "${installed}")
  if(NOT up_to_date)
    run_npm(ci --no-audit --no-fund)
    file(WRITE "${installed_stamp}" "${installed}")
  endif()

  set(DIST "${WEB}/app/dist")
  set(built_stamp "${WEB}/node_modules/.jobcast-built")
  hash_files(built ${sources})
  is_stamped(up_to_date "${built_stamp}" "${built}")
  if(NOT up_to_date OR NOT EXISTS "${DIST}/index.html")
    file(REMOVE_RECURSE "${DIST}")
    run_npm(run build)
    if(NOT EXISTS "${DIST}/index.html")
      message(FATAL_ERROR "npm run build left no ${DIST}/index.html")
    endif()
    file(WRITE "${built_stamp}" "${built}")
  endif()
endif()

file(REMOVE_RECURSE "${OUT}")
file(COPY "${DIST}/" DESTINATION "${OUT}")
