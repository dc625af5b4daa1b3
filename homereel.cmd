@echo off
rem Starts Homereel from a checkout on Windows: homereel serve
rem
rem The first start makes .venv and fills it (packaging\environment.py); so does the first after an update that changed
rem pyproject.toml or packaging\constraints.txt. Every other start only compares those two files with the copy that the
rem environment keeps, and hands over. HOMEREEL_PYTHON names the Python to use; pip's own variables (PIP_*) are honoured.
setlocal
set "HERE=%~dp0"
set "KEPT=%HERE%.venv\homereel"
set "TESTS=no"
if /i "%~1"=="test" set "TESTS=yes"
if /i "%~1"=="bench" set "TESTS=yes"

call :up_to_date
if not errorlevel 1 goto run

call :find_python
if errorlevel 1 exit /b 1
%PYTHON% -I "%HERE%packaging\environment.py" --tests=%TESTS% "--python=%HOMEREEL_PYTHON%"
if errorlevel 1 exit /b 1

:run
if /i "%~1"=="test" goto test
if /i "%~1"=="bench" goto bench
"%HERE%.venv\Scripts\python.exe" -P -m app %*
exit /b %errorlevel%

:test
cd /d "%HERE%"
call :rest %*
".venv\Scripts\python.exe" packaging\run_tests.py %REST%
exit /b %errorlevel%

:bench
cd /d "%HERE%"
call :rest %*
".venv\Scripts\python.exe" -m tests.bench %REST%
exit /b %errorlevel%

rem Sets REST to the arguments after the first, as they were typed.
:rest
set "REST=%*"
call set "REST=%%REST:*%1=%%"
exit /b 0

rem Whether the environment is there, holds what the two files say (and the tests' packages if asked), and was made by the Python asked for.
:up_to_date
if not exist "%HERE%.venv\Scripts\python.exe" exit /b 1
if not exist "%KEPT%\stamp" exit /b 1
if "%TESTS%"=="yes" if not exist "%KEPT%\tests" exit /b 1
if not defined HOMEREEL_PYTHON goto compare
set "MADE_BY="
set /p MADE_BY=<"%KEPT%\python"
if /i not "%MADE_BY%"=="%HOMEREEL_PYTHON%" exit /b 1
:compare
copy /b /y "%HERE%pyproject.toml"+"%HERE%packaging\constraints.txt" "%KEPT%\stamp.now" >nul 2>nul || exit /b 1
fc /b "%KEPT%\stamp" "%KEPT%\stamp.now" >nul 2>nul || exit /b 1
exit /b 0

rem Sets PYTHON. The py launcher comes first: `python` alone may be the shop's placeholder.
:find_python
set "PYTHON="
if not defined HOMEREEL_PYTHON goto search
call :good "%HOMEREEL_PYTHON%" && set PYTHON="%HOMEREEL_PYTHON%"
if defined PYTHON exit /b 0
>&2 echo HOMEREEL_PYTHON is %HOMEREEL_PYTHON%, which is not a Python 3.11 or newer that starts: name one that is, or unset it.
exit /b 1
:search
for %%P in ("py -3.13" "py -3.12" "py -3.11" "py -3" "python3" "python") do if not defined PYTHON call :good %%~P && set "PYTHON=%%~P"
if defined PYTHON exit /b 0
>&2 echo Homereel needs Python 3.11 or newer and there is none here: install it (winget install Python.Python.3.13) and start again.
exit /b 1

:good
%* -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
exit /b %errorlevel%
